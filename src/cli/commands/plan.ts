import { EXIT } from "../../core/error-codes.ts";
import { isPending, needsAttention, type Plan } from "../../core/plan.ts";
import { OFFLINE, type Command } from "../command.ts";
import { painter } from "../paint.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "plan",
  summary: "show how this machine differs from the manifest; change nothing",
  args: "[names...]",
  options: [
    { flags: "--out <file>", summary: "save the plan; atk apply FILE does exactly that or refuses" },
    { flags: "--check", summary: "exit with 10 when changes are pending, 11 when something needs attention" },
    { flags: "--frozen", summary: "refuse a lock that does not match the manifest" },
    OFFLINE,
  ],
  details:
    "+ create, ~ update, - delete, = adopt or let go, ! drifted, unmanaged or blocked (with what to do about it).\nWrites nothing and starts nothing.",
  async run({ args, options }, session) {
    const { planOnly } = await import("../../app/plan-only.ts");
    const context = await openContext(session);
    const file = options.text("out");
    const brief = !session.json && file === undefined;
    const plan = await planOnly({ selection: { names: args }, frozen: options.flag("frozen"), brief }, context);
    if (file !== undefined) {
      const { savePlan } = await import("../../app/saved-plan.ts");
      await savePlan(file, plan, session.host);
      session.say(`saved to ${file}; next: atk apply ${file}`);
    }
    if (session.json) outJson(session, plan);
    else session.out(await (await import("../show-plan.ts")).showPlan(plan, painter(session.color.stdout)));
    return options.flag("check") ? checkCode(plan) : EXIT.ok;
  },
};

function checkCode(plan: Plan): number {
  if (plan.approvals !== undefined || plan.changes.some(isPending)) return EXIT.changesPending;
  return plan.changes.some(needsAttention) ? EXIT.machineDisagrees : EXIT.ok;
}
