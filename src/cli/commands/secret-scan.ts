import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { painter, printable } from "../paint.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "secret scan",
  summary: "look for secrets in clear in the home's files and history",
  options: [{ flags: "--no-history", summary: "only the files as they are now" }],
  details:
    "Looks for the values that this machine knows (.env of plugins, the store), also in base64 and URL form, and for the shapes of well-known tokens. Exit 11 when there are any. A line with atk:allow-secret is passed over.",
  async run({ options }, session) {
    const { scanSecrets } = await import("../../app/scan-secrets.ts");
    const found = await scanSecrets({ history: !options.isOff("history") }, await openContext(session));
    if (session.json) outJson(session, found);
    else {
      const paint = painter(session.color.stdout);
      for (const finding of found.files)
        session.out(`${paint("magenta", "!")} ${printable(placeOf(finding))}  ${whatOf(finding)}`);
      for (const finding of found.history)
        session.out(
          `${paint("magenta", "!")} ${finding.commit.slice(0, 7)} ${printable(placeOf(finding))}  ${whatOf(finding)}`,
        );
      session.say(summaryOf(found));
    }
    return found.files.length + found.history.length === 0 ? EXIT.ok : EXIT.machineDisagrees;
  },
};

type Found = Awaited<ReturnType<typeof import("../../app/scan-secrets.ts").scanSecrets>>;

function placeOf({ file, line, column }: Found["files"][number]): string {
  return `${file}:${line}:${column}`;
}

function whatOf({ title, name, shown }: Found["files"][number]): string {
  return `${title}${name === undefined ? "" : ` ${name}`} ${shown}`;
}

function summaryOf({ files, history, scanned, allowed, hasHistory }: Found): string {
  const where = `${scanned.files} files${scanned.contents === 0 ? "" : ` and ${scanned.contents} contents of the history`}`;
  const count = files.length + history.length;
  const passed = allowed === 0 ? "" : ` ${allowed} in lines that are allowed.`;
  if (!hasHistory) return "There is no git repository here, so there is nothing to look through.";
  if (count === 0) return `No secret in ${where}.${passed}`;
  const next = history.length === 0 ? "" : "\nnext: change these keys; what was pushed has to be taken for known";
  return `${count} found in ${where}.${passed}${next}`;
}
