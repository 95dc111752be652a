import type { ErrorCode } from "../core/error-codes.ts";
import { AtkError } from "../core/errors.ts";
import { refuseUnapproved } from "./approvals.ts";
import type { Context } from "./context.ts";
import { desire } from "./desire.ts";
import { findPlugins, type ServiceChoice } from "./find-services.ts";
import { readInputs } from "./inputs.ts";
import { makePlan } from "./make-plan.ts";
import { readState } from "./state-store.ts";

export interface Installable {
  /** Plugins with an install command, by their names in the manifest. */
  readonly names: readonly string[];
  /** Those without one. */
  readonly without: readonly string[];
}

/**
 * The plugins whose install commands are meant.
 * @throws AtkError as findPlugins; E_DISAGREES for one whose files are not in place: its command would run on others, or on none
 */
export async function findInstallable(choice: ServiceChoice, context: Context): Promise<Installable> {
  const plugins = await findPlugins(choice, context);
  refuseUnapproved(plugins);
  const namesOf = (has: boolean): readonly string[] =>
    plugins
      .filter(({ definition }) => (definition.plugin.lifecycle.install !== undefined) === has)
      .map(({ entry }) => entry.name);
  const [names, without] = [namesOf(true), namesOf(false)];
  if (names.length > 0) await refuseUnplaced(names, context);
  return { names, without };
}

async function refuseUnplaced(names: readonly string[], context: Context): Promise<void> {
  const [wish, state] = await Promise.all([
    readInputs(context).then((inputs) => desire(inputs, { readOnly: true, offline: true }, context)),
    readState(context.host.files, context.workspace),
  ]);
  const { plan } = await makePlan(wish.desired, state, context, { names, only: "plugin" });
  // The user's own edits of the files are no reason to wait.
  const waiting = plan.changes.find(({ verdict }) => !["noop", "drifted", "ignored"].includes(verdict));
  if (waiting === undefined) return;
  const { owner, problem, verdict } = waiting;
  if (verdict === "blocked" && problem !== undefined)
    throw new AtkError(problem.code as ErrorCode, problem.message, { at: problem.at, hint: problem.hint });
  throw new AtkError("E_DISAGREES", `the files of ${owner} are not as the manifest says yet`, {
    hint: `atk apply ${owner}`,
  });
}
