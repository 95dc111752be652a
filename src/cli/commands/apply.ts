import type { Context } from "../../app/context.ts";
import { EXIT } from "../../core/error-codes.ts";
import { DRY_RUN, NO_INSTALL, OFFLINE, ON_DRIFT, TAKE_OVER, YES, type Command, type Invocation } from "../command.ts";
import { runChange, type ChangeWords } from "../change-command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "apply",
  summary: "make this machine match the manifest",
  args: "[names-or-plan...]",
  options: [
    YES,
    DRY_RUN,
    ON_DRIFT,
    TAKE_OVER,
    { flags: "--frozen", summary: "refuse a lock that does not match the manifest" },
    { flags: "--no-checks", summary: "do not check programs, variables and ports first" },
    NO_INSTALL,
    OFFLINE,
    {
      flags: "--record",
      summary: "then start the servers: record their tools where that was never done, else compare them",
    },
  ],
  details:
    "Plans, asks, and does everything as one transaction over all agents: all of it or nothing.\nNames select entries; a file made by atk plan --out is applied exactly as saved, or refused.\nExit 11 when something needed your attention and was left alone, 12 when it was stopped half way.",
  async run(invocation, session) {
    const context = await openContext(session);
    const words = await wordsOf(invocation, context);
    const code = await runChange(words, invocation, session, context);
    const isDone = code === EXIT.ok && !invocation.options.flag("dryRun");
    if (!invocation.options.flag("record") || !isDone) return code;
    const { lookAgain } = await import("../../app/context.ts");
    const { recordNew } = await import("../record-tools.ts");
    return recordNew(words.selection.names, invocation.options, { session, context: lookAgain(context) });
  },
};

async function wordsOf({ args, options }: Invocation, context: Context): Promise<ChangeWords> {
  const { isPlanFile, loadPlan } = await import("../../app/saved-plan.ts");
  const common = { frozen: options.flag("frozen"), unchecked: options.isOff("checks") };
  const [first] = args;
  if (first !== undefined && args.length === 1 && (await isPlanFile(first, context.host))) {
    const saved = await loadPlan(first, context.host);
    return { ...common, saved, selection: { names: saved.selection }, message: "Apply a saved plan" };
  }
  const message = args.length === 0 ? "Apply the manifest" : `Apply ${args.map((name) => `'${name}'`).join(", ")}`;
  return { ...common, selection: { names: args }, message };
}
