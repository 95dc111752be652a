import { EXIT } from "../../core/error-codes.ts";
import { AtkError } from "../../core/errors.ts";
import { isPending, needsAttention, type Plan } from "../../core/plan.ts";
import { OFFLINE, type Command, type Invocation } from "../command.ts";
import { painter } from "../paint.ts";
import { openContext, outJson, type Session } from "../session.ts";

export const command: Command = {
  name: "plan",
  summary: "show how this machine differs from the manifest; change nothing",
  args: "[names...]",
  options: [
    { flags: "--out <file>", summary: "save the plan; atk apply FILE does exactly that or refuses" },
    { flags: "--check", summary: "exit with 10 when changes are pending, 11 when something needs attention" },
    { flags: "--machine <name>", summary: "what another machine would get, by what it has told; see atk machines" },
    { flags: "--frozen", summary: "refuse a lock that does not match the manifest" },
    OFFLINE,
  ],
  details:
    "+ create, ~ update, - delete, = adopt or let go, ! drifted, unmanaged or blocked (with what to do about it).\nWrites nothing and starts nothing.",
  async run({ args, options }, session) {
    const machine = options.text("machine");
    if (machine !== undefined && !(await isHere(machine, session)))
      return elsewhere(machine, { args, options }, session);
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

async function isHere(name: string, session: Session): Promise<boolean> {
  const [{ createContext }, { findWorkspace }, { namedMachine }, { isSame }] = await Promise.all([
    import("../../app/context.ts"),
    import("../../app/workspace.ts"),
    import("../../app/machines/named-machine.ts"),
    import("../../manifest/match-when.ts"),
  ]);
  const workspace = await findWorkspace(session.host, { global: session.global });
  return isSame(namedMachine(await createContext(session.host, workspace, () => undefined)).name, name);
}

async function elsewhere(name: string, { args, options }: Invocation, session: Session): Promise<number> {
  if (options.text("out") !== undefined || options.flag("frozen"))
    throw new AtkError(
      "E_USAGE",
      "a plan for another machine can be shown and not saved or frozen: it is applied there",
    );
  const { planElsewhere } = await import("../../app/machines/plan-elsewhere.ts");
  const plan = await planElsewhere(name, args, await openContext(session));
  if (session.json) outJson(session, plan);
  else session.out((await import("../show-elsewhere.ts")).showElsewhere(plan, painter(session.color.stdout)));
  const isQuiet = plan.changes.every(({ verdict }) => verdict === "noop");
  return options.flag("check") && !isQuiet ? EXIT.changesPending : EXIT.ok;
}

function checkCode(plan: Plan): number {
  if (plan.approvals !== undefined || plan.changes.some(isPending)) return EXIT.changesPending;
  return plan.changes.some(needsAttention) ? EXIT.machineDisagrees : EXIT.ok;
}
