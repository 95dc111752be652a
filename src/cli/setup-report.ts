import type { ChangeOutcome } from "../app/change.ts";
import type { FoundPlugins } from "../app/setup/find-plugins.ts";
import type { PreparedSetup, PreparedSetups } from "../app/setup/prepare-setup.ts";
import { reportChange, sayPlan } from "./change-command.ts";
import { outJson, type Session } from "./session.ts";
import { showError } from "./show-error.ts";
import { painter, printable } from "./paint.ts";

export interface DoneSetup {
  readonly found: FoundPlugins;
  readonly all: PreparedSetups;
  /** Undefined: there was nothing to change. */
  readonly outcome: ChangeOutcome | undefined;
}

/** Names, never values. */
export async function reportSetup({ found, all, outcome }: DoneSetup, session: Session): Promise<void> {
  const isDryRun = outcome?.outcome === "dry-run";
  const paint = painter(session.color.stderr);
  for (const { name, fault } of all.faults) session.say(`${name}: ${showError(fault, paint)}`);
  if (session.json) outJson(session, { plugins: all.prepared });
  const show = session.json ? () => undefined : isDryRun ? session.out : session.say;
  for (const each of all.prepared) {
    const plugin = found.plugins.find(({ entry }) => entry.name === each.name);
    const isBare = plugin?.definition.plugin.envVars.length === 0;
    for (const line of linesOf(each, { isDryRun, isBare })) show(printable(line));
  }
  if (outcome === undefined) return;
  if (isDryRun && !session.json) await sayPlan(outcome.plan, session, true);
  reportChange({ ...outcome, left: outcome.left.filter((change) => !isSaid(change, all)) }, session);
}

/** Entries that wait for values: the plugin's own line says so already. */
function isSaid({ owner, problem }: ChangeOutcome["left"][number], { prepared }: PreparedSetups): boolean {
  return problem?.code === "E_ENV" && prepared.some(({ name, missing }) => name === owner && missing.length > 0);
}

interface Circumstances {
  readonly isDryRun: boolean;
  /** It declares no variables. */
  readonly isBare: boolean;
}

function linesOf({ name, set, unset, missing }: PreparedSetup, { isDryRun, isBare }: Circumstances): readonly string[] {
  const done = [
    ...(set.length === 0 ? [] : [`${isDryRun ? "would set" : "set"} ${set.join(", ")}`]),
    ...(unset.length === 0 ? [] : [`${isDryRun ? "would take out" : "took out"} ${unset.join(", ")}`]),
  ];
  const nothing = isBare ? "it declares no variables" : "nothing to change";
  const lines = [`${name}: ${done.join("; ") || nothing}`];
  if (missing.length > 0)
    lines.push(
      `! ${name} still needs ${missing.join(", ")}`,
      `  next: atk setup ${name} on a terminal, or atk setup ${name} --from-file FILE`,
    );
  return lines;
}
