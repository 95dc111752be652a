import type { Context } from "../../app/context.ts";
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
  ],
  details:
    "Plans, asks, and does everything as one transaction over all agents: all of it or nothing.\nNames select entries; a file made by atk plan --out is applied exactly as saved, or refused.\nExit 11 when something needed your attention and was left alone, 12 when it was stopped half way.",
  async run(invocation, session) {
    const context = await openContext(session);
    return runChange(await wordsOf(invocation, context), invocation, session, context);
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
