import { EXIT } from "../core/error-codes.ts";
import { AtkError } from "../core/errors.ts";
import type { Context } from "../app/context.ts";
import type { FirstFile } from "../app/undo/first-file.ts";
import type { Invocation } from "./command.ts";
import { confirm } from "./confirm.ts";
import { printable } from "./paint.ts";
import { outJson, type Session } from "./session.ts";

/** `atk undo --file`: a whole file as it was before atk wrote in it for the first time. */
export async function undoFile(
  file: string,
  invocation: Invocation,
  session: Session,
  context: Context,
): Promise<number> {
  const { options, args } = invocation;
  if (args.length > 0)
    throw new AtkError("E_USAGE", "--file goes without a number of a run", { hint: `atk undo --file ${file}` });
  const { findFirstFile } = await import("../app/undo/first-file.ts");
  const first = await findFirstFile(file, context);
  const into = options.text("into");
  const done = await write(first, into, { invocation, session });
  const { path, before, sizeBytes } = first;
  if (session.json) outJson(session, { file: path, before, size_bytes: sizeBytes, ...done });
  return done.outcome === "declined" ? EXIT.fault : EXIT.ok;
}

interface Written {
  readonly outcome: "restored" | "unchanged" | "copied" | "declined" | "dry-run";
  readonly kept?: string;
}

async function write(
  first: FirstFile,
  into: string | undefined,
  { invocation, session }: { readonly invocation: Invocation; readonly session: Session },
): Promise<Written> {
  session.say(printable(`${first.path}: ${saying(first)}`));
  if (into !== undefined) {
    await first.write(into);
    session.say(printable(`Written to ${into}, readable by you alone.`));
    return { outcome: "copied" };
  }
  if (first.isSame) return { outcome: "unchanged" };
  if (invocation.options.flag("dryRun")) return { outcome: "dry-run" };
  const question = "Put the whole file back? What you and other programs wrote in it since goes too; a copy is kept.";
  if (!(await confirm(question, `atk undo --file ${first.path} --yes`, invocation, session))) {
    session.say("Declined: nothing was changed.");
    return { outcome: "declined" };
  }
  const { kept } = await first.write(undefined);
  const copy = kept === undefined ? "" : `; a copy of what was there: ${kept}`;
  session.say(printable(`Put back${copy}`));
  session.say("What the manifest has in it is gone from it now: atk plan shows that.");
  return { outcome: "restored", ...(kept === undefined ? {} : { kept }) };
}

function saying({ before, sizeBytes, isSame }: FirstFile): string {
  if (isSame) return "it is as it was before atk";
  const now = sizeBytes.now === undefined ? "" : `, now ${sizeBytes.now} bytes`;
  if (before === "absent") return `it was not there before atk${now}`;
  return before === "link" ? `it was a link before atk${now}` : `before atk it had ${sizeBytes.before} bytes${now}`;
}
