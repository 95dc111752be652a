import type { CacheCheck } from "../../app/cache/verify-cache.ts";
import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { painter, printable, type Paint } from "../paint.ts";
import { outJson } from "../session.ts";

export const command: Command = {
  name: "cache verify",
  summary: "read every byte that is kept, and compare it with its digest",
  options: [{ flags: "--fix", summary: "remove what is damaged, so that it is fetched again when it is needed" }],
  details: "Exit 13 with the list when something is damaged and was not removed.",
  async run({ options }, session) {
    const { verifyCache } = await import("../../app/cache/verify-cache.ts");
    const check = await verifyCache(options.flag("fix"), session.host);
    const code = check.damaged.length === 0 || check.fixed ? EXIT.ok : EXIT.integrity;
    if (session.json) outJson(session, { ...check, exit_code: code });
    else session.out(show(check, painter(session.color.stdout)));
    return code;
  },
};

function show({ checked, damaged, fixed }: CacheCheck, paint: Paint): string {
  if (damaged.length === 0) return `${checked} kept, all whole.`;
  const lines = damaged.flatMap(({ path, differences, neededBy }) => [
    `${paint("magenta", "!")} ${printable(path)}${neededBy.length === 0 ? "" : ` (needed by ${neededBy.join(", ")})`}`,
    ...differences.map((each) => `    ${printable(`${each.path}: expected ${each.expected}, found ${each.found}`)}`),
  ]);
  const end = fixed
    ? `Removed ${damaged.length} damaged of ${checked}.`
    : `${damaged.length} damaged.\n  ${paint("cyan", "next:")} atk cache verify --fix`;
  return [...lines, end].join("\n");
}
