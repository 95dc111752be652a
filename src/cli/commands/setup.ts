import type { Context } from "../../app/context.ts";
import type { FoundPlugins } from "../../app/setup/find-plugins.ts";
import type { WantedByPlugin } from "../../app/setup/given-values.ts";
import { EXIT } from "../../core/error-codes.ts";
import { AtkError } from "../../core/errors.ts";
import { exitOf } from "../change-command.ts";
import { DRY_RUN, ON_DRIFT, YES, type Command, type Invocation } from "../command.ts";
import { openContext, sayEvent, type Session } from "../session.ts";
import { changeEnvironment } from "../setup-change.ts";
import { reportSetup } from "../setup-report.ts";
import { givesValues, readGiven, VALUE_OPTIONS } from "../setup-values.ts";

export const command: Command = {
  name: "setup",
  summary: "give plugins the values of their variables",
  args: "[plugins...]",
  options: [{ flags: "--all", summary: "every plugin that is enabled here" }, ...VALUE_OPTIONS, YES, DRY_RUN, ON_DRIFT],
  details:
    "On a terminal it asks for each variable the plugin declares: Enter keeps the value or takes the default, and a secret is not shown. With values given, with --yes, or without a terminal, it asks nothing.\nWrites plugins/NAME/.env, readable by you alone, and brings client entries up to date. Exit 8 when required variables still have no value; what was given is written all the same.\nExamples: atk setup tracker; atk setup tracker --from-file ~/tracker.env --yes; pass show tracker | atk setup tracker --from-stdin --yes",
  async run(invocation, session) {
    const { args, options } = invocation;
    if (args.length > 0 === options.flag("all"))
      throw new AtkError(
        "E_USAGE",
        args.length === 0 ? "name a plugin, or say --all" : "--all and a name exclude each other",
      );
    const context = await openContext(session);
    const { findPlugins } = await import("../../app/setup/find-plugins.ts");
    return setUp(await findPlugins(args, context), invocation, session, context);
  },
};

async function setUp(found: FoundPlugins, invocation: Invocation, session: Session, context: Context): Promise<number> {
  const { prepareSetups } = await import("../../app/setup/prepare-setup.ts");
  const all = await prepareSetups(found, await givenTo(found, invocation, session, context), context);
  const changing = all.prepared.filter(({ set, unset }) => set.length + unset.length > 0).map(({ name }) => name);
  const outcome =
    changing.length === 0 ? undefined : await changeEnvironment(changing, invocation, session, all.context);
  await reportSetup({ found, all, outcome }, session);
  const [broken] = all.faults;
  if (broken !== undefined) return broken.fault.exitCode;
  if (all.prepared.some(({ missing }) => missing.length > 0)) return EXIT.environment;
  return outcome === undefined ? EXIT.ok : exitOf(outcome);
}

async function givenTo(
  found: FoundPlugins,
  invocation: Invocation,
  session: Session,
  context: Context,
): Promise<WantedByPlugin> {
  if (session.interactive && !givesValues(invocation)) {
    const { askForValues } = await import("../setup-wizard.ts");
    return askForValues(found, session, context);
  }
  const { unknownNames, wantedOf } = await import("../../app/setup/given-values.ts");
  const given = await readGiven(invocation, session, context);
  const wanted = wantedOf(found, given);
  for (const unknown of await unknownNames(found, given, context)) sayEvent(session, { type: "warning", ...unknown });
  return wanted;
}
