import type { Mismatch } from "../../app/verify/report.ts";
import type { VerifyReport } from "../../app/verify/verify.ts";
import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { painter, printable, type Paint } from "../paint.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "verify",
  summary: "compare everything that was installed with the lock, byte by byte",
  args: "[names...]",
  options: [{ flags: "--tools", summary: "also start servers whose tools were recorded, and compare those" }],
  details:
    "Reads the kept content, what servers run from the store, the files in atk.lock.d, the plugins' folders (not your data, .env and custom/ in them) and the agents' entries.\nWrites nothing and, without --tools, starts nothing and uses no network. Exit 13 when anything is not what the lock says, with what, where and the next step.",
  async run({ args, options }, session) {
    const { verify } = await import("../../app/verify/verify.ts");
    const { verifyTools } = await import("../../app/verify/verify-tools.ts");
    const more = options.flag("tools") ? [verifyTools(session.interruption())] : [];
    const report = await verify(args, await openContext(session), more);
    const code = report.mismatches.length === 0 ? EXIT.ok : EXIT.integrity;
    if (session.json) outJson(session, { ...report, exit_code: code });
    else session.out(show(report, painter(session.color.stdout)));
    return code;
  },
};

function show({ compared, mismatches, unchecked }: VerifyReport, paint: Paint): string {
  const { length } = mismatches;
  const end =
    length === 0
      ? `Verified: ${compared} files and entries are as the lock says.`
      : `${length} ${length === 1 ? "place is" : "places are"} not as the lock says (of ${compared} files and entries).`;
  return [
    ...mismatches.flatMap((each) => showMismatch(each, paint)),
    ...unchecked.map(({ owner, message }) => `${paint("yellow", "note")} ${printable(`${owner}: ${message}`)}`),
    end,
  ].join("\n");
}

const PARTS: Readonly<Record<Mismatch["part"], string>> = {
  store: "kept content",
  vendor: "vendored content",
  plugin: "files of the plugin",
  client: "entry of an agent",
  program: "what a server runs",
  tools: "tools of a server",
};

function showMismatch({ owner, part, place, differences, hint }: Mismatch, paint: Paint): readonly string[] {
  return [
    `${paint("magenta", "!")} ${printable(`${owner}: ${PARTS[part]}, ${place}`)}`,
    ...differences.flatMap(({ path, expected, found }) => [
      `    ${printable(path)}`,
      `      ${paint("red", "-")} ${printable(expected)}`,
      `      ${paint("green", "+")} ${printable(found)}`,
    ]),
    `  ${paint("cyan", "next:")} ${printable(hint)}`,
    "",
  ];
}
