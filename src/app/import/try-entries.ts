import { AtkError } from "../../core/errors.ts";
import type { Change, Plan } from "../../core/plan.ts";
import type { Context } from "../context.ts";
import { desire } from "../desire.ts";
import type { Inputs } from "../inputs.ts";
import { makePlan } from "../make-plan.ts";
import { readState } from "../state-store.ts";
import { withEntries, type ImportEntry } from "./import-entry.ts";
import type { LeftAlone } from "./left-alone.ts";

export interface Tried {
  /** Taking these over changes no byte of any client's file. */
  readonly entries: readonly ImportEntry[];
  readonly left: readonly LeftAlone[];
}

/**
 * Plans as if the entries stood in the manifest already, and takes out whatever the plan would change, until nothing is left
 * that it would. Reads only.
 */
export async function tryEntries(candidates: readonly ImportEntry[], inputs: Inputs, context: Context): Promise<Tried> {
  const said = await sayable(candidates, inputs, context);
  const left = [...said.left];
  let entries = said.entries;
  for (;;) {
    const faults = faultsIn(await planWith(entries, inputs, context), entries);
    if (faults.length === 0) return { entries, left };
    left.push(...faults.map(({ alone }) => alone));
    entries = entries.flatMap((entry) => without(entry, faults));
  }
}

/** What a manifest cannot say by its rules. */
async function sayable(candidates: readonly ImportEntry[], inputs: Inputs, context: Context): Promise<Tried> {
  const entries: ImportEntry[] = [];
  const left: LeftAlone[] = [];
  for (const entry of candidates) {
    try {
      await withEntries(inputs, [entry], context);
      entries.push(entry);
    } catch (error) {
      if (!(error instanceof AtkError)) throw error;
      // The message may quote the value.
      const where = error.problems[0]?.at?.pointer ?? error.at?.pointer;
      left.push(leave(entry, entry.agents, `a manifest cannot say it${where === undefined ? "" : `: ${where}`}`));
    }
  }
  return { entries, left };
}

/** The plan for just these entries. */
async function planWith(entries: readonly ImportEntry[], inputs: Inputs, context: Context): Promise<Plan> {
  const edited = await withEntries(inputs, entries, context);
  const [wish, state] = await Promise.all([
    desire(edited, { readOnly: true }, context),
    readState(context.host.files, context.workspace),
  ]);
  const names = entries.map(({ name }) => name);
  return (await makePlan(wish.desired, state, context, { names })).plan;
}

interface Fault {
  readonly name: string;
  readonly agents: readonly string[];
  readonly alone: LeftAlone;
}

function faultsIn({ changes }: Plan, entries: readonly ImportEntry[]): readonly Fault[] {
  return entries.flatMap((entry) => {
    const own = changes.filter(({ owner }) => owner === entry.name);
    const bad = own.filter(({ verdict }) => verdict !== "adopt" && verdict !== "noop");
    const planned = new Set(own.flatMap(({ agents }) => agents));
    const unplanned = entry.agents.filter((agent) => !planned.has(agent));
    const faults = bad.map((change) => faultOf(entry, agentsIn(change, entry), reasonOf(change)));
    if (faults.length > 0 || unplanned.length === 0) return faults;
    return [faultOf(entry, unplanned, "atk would put nothing there")];
  });
}

function agentsIn({ agents }: Change, entry: ImportEntry): readonly string[] {
  return agents.length === 0 ? entry.agents : agents;
}

function reasonOf({ verdict, problem }: Change): string {
  return problem?.message ?? `atk would ${verdict} it`;
}

function faultOf(entry: ImportEntry, agents: readonly string[], reason: string): Fault {
  return { name: entry.name, agents, alone: leave(entry, agents, reason) };
}

function leave(entry: ImportEntry, agents: readonly string[], reason: string): LeftAlone {
  const hasSecret = entry.secrets.length > 0 ? { hasSecret: true as const } : {};
  return { noun: entry.noun, name: entry.name, agents, file: entry.files[0] ?? "", reason, ...hasSecret };
}

/** The entry without the agents that it cannot be had for. */
function without(entry: ImportEntry, faults: readonly Fault[]): readonly ImportEntry[] {
  const gone = new Set(faults.filter(({ name }) => name === entry.name).flatMap(({ agents }) => agents));
  if (gone.size === 0) return [entry];
  const agents = entry.agents.filter((agent) => !gone.has(agent));
  return agents.length === 0 ? [] : [{ ...entry, agents, declaration: { ...entry.declaration, agents } }];
}
