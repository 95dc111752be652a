import type { Context } from "../../app/context.ts";
import type { Vendored } from "../../app/vendor/vendor.ts";
import { EXIT } from "../../core/error-codes.ts";
import { OFFLINE, type Command } from "../command.ts";
import { printable } from "../paint.ts";
import { openContext, outJson, type Session } from "../session.ts";

export const command: Command = {
  name: "vendor",
  summary: "write what the lock needs into a folder beside the manifest, for machines without a network",
  options: [
    { flags: "--dir <folder>", summary: "below the manifest's folder (vendor)" },
    { flags: "--check", summary: "write nothing; exit 13 when the folder is not exactly what the lock needs" },
    OFFLINE,
  ],
  details:
    "Commit the folder: atk looks into it before the cache and the network, and checks every byte all the same.\nLocal plugins are left out, they travel with the manifest already.",
  async run({ options }, session) {
    const context = await openContext(session);
    if (options.flag("check")) return check(context, session);
    const { vendor } = await import("../../app/vendor/vendor.ts");
    const done = await vendor(options.text("dir"), context);
    const [first] = done.failed;
    const code = first === undefined ? EXIT.ok : first.error.exitCode;
    if (session.json) outJson(session, { ...done, failed: done.failed.map(asData), exit_code: code });
    else say(done, session);
    return code;
  },
};

async function check(context: Context, session: Session): Promise<number> {
  const { checkVendored } = await import("../../app/vendor/vendor.ts");
  const { directory, problems } = await checkVendored(context);
  const code = problems.length === 0 ? EXIT.ok : EXIT.integrity;
  if (session.json) outJson(session, { directory, problems, exit_code: code });
  else if (problems.length === 0) session.out(`${printable(directory)} is what the lock needs.`);
  else session.out([...problems.map((each) => `! ${printable(each)}`), "  next: atk vendor, and commit it"].join("\n"));
  return code;
}

function asData({ name, error }: Vendored["failed"][number]): object {
  return { name, code: error.code, message: error.message };
}

function say({ directory, written, kept, removed, failed, programs }: Vendored, session: Session): void {
  for (const { name, error } of failed) {
    session.say(`! ${printable(`${name}: ${error.message}`)}`);
    if (error.hint !== undefined) session.say(`  next: ${printable(error.hint)}`);
  }
  const counts = `${written.length} written, ${kept.length} there already, ${removed.length} removed${programs === 0 ? "" : `, packages of ${programs} server${programs === 1 ? "" : "s"}`}`;
  session.say(`${printable(directory)}: ${counts}. Next: commit the folder.`);
}
