import { AtkError } from "../core/errors.ts";
import type { Change, Plan } from "../core/plan.ts";
import { createTurn, type Turn } from "../services/health/map-services.ts";
import type { Observation } from "../services/service.ts";
import { isAllowed } from "./approvals.ts";
import type { Context } from "./context.ts";
import { desire, type Wish } from "./desire.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { entriesOf, type ListedEntry } from "./list-entries.ts";
import { asProblem, makePlan } from "./make-plan.ts";
import { refuseUnknownNames } from "./names.ts";
import { hasOpenWork } from "./open-work.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { pluginVariables } from "./plugin-variables.ts";
import { hasService, portsOf, serviceOf } from "./service-spec.ts";
import { readState } from "./state-store.ts";

/** ok: as the manifest says; pending: atk apply would change something; attention: drifted, unmanaged or blocked. */
export type EntryState = "ok" | "pending" | "attention" | "disabled" | "not-here";

export interface EntryStatus extends ListedEntry {
  readonly state: EntryState;
  /** Where it is wired now. */
  readonly wired: readonly string[];
  readonly ports: readonly number[];
  /** The service of a plugin that has one, as it is now. */
  readonly service?: Observation;
  /** Its files are in place, and its install command was not run for them. */
  readonly installPending?: true;
  /** Nothing of it is run before somebody approves what it can do. */
  readonly approvalPending?: true;
  /** Names of required variables without a value. */
  readonly missing: readonly string[];
  readonly problems: readonly NonNullable<Change["problem"]>[];
}

/** What the files say, without anything that moves by itself. */
export interface StandingReport {
  readonly scope: Plan["scope"];
  readonly manifest: string;
  readonly entries: readonly EntryStatus[];
  /** Edits of others; absent when there are none. */
  readonly inbox?: Plan["inbox"];
  readonly notices: Plan["notices"];
  /** An apply was stopped half way: the next one finishes it or takes it back. */
  readonly interrupted: boolean;
}

/** The answers of plan and status when nothing is left to do; undefined when there is. Uses no network. */
export async function answersOf(
  context: Context,
): Promise<{ readonly plan: Plan; readonly standing: StandingReport } | undefined> {
  const { plan, standing } = await standingOf([], context);
  const moves = standing.entries.some((entry) => entry.service !== undefined);
  if (moves) return undefined;
  const isSettled = plan.approvals === undefined && !standing.interrupted;
  // What is left alone until some day would still be left alone the day after.
  const isForever = plan.inbox === undefined || plan.inbox.ignored.length === 0;
  const quiet = isSettled && isForever && plan.changes.every((change) => change.verdict === "noop");
  return quiet ? { plan, standing } : undefined;
}

/** What is there, entry by entry. One broken plugin never hides the others. Writes nothing, uses no network. */
export async function standingOf(
  names: readonly string[],
  context: Context,
): Promise<{ readonly plan: Plan; readonly standing: StandingReport }> {
  const inputs = await readInputs(context);
  const [wish, state, interrupted] = await Promise.all([
    desire(inputs, { readOnly: true, offline: true }, context),
    readState(context.host.files, context.workspace),
    hasOpenWork(context),
  ]);
  const entries = entriesOf(inputs);
  refuseUnknownNames(names, inputs.manifest, state);
  const { plan } = await makePlan(wish.desired, state, context, { names });
  const chosen = entries.filter((entry) => names.length === 0 || names.includes(entry.name));
  const known = new Set(entries.map((entry) => entry.name));
  const left = [...new Set(plan.changes.map((change) => change.owner))].filter((owner) => !known.has(owner));
  const material = { plan, wish, inputs, context };
  const standing: StandingReport = {
    scope: plan.scope,
    manifest: plan.manifest,
    entries: [
      ...(await Promise.all(chosen.map((entry) => statusOf(entry, material)))),
      ...left.map((owner) => leftover(owner, plan)),
    ],
    ...(plan.inbox === undefined ? {} : { inbox: plan.inbox }),
    notices: plan.notices,
    interrupted,
  };
  return { plan, standing };
}

interface Material {
  readonly plan: Plan;
  readonly wish: Wish;
  readonly inputs: Inputs;
  readonly context: Context;
}

async function statusOf(entry: ListedEntry, { plan, wish, context }: Material): Promise<EntryStatus> {
  const changes = plan.changes.filter((change) => change.owner === entry.name);
  const plugin = wish.plugins.find((each) => each.entry.name === entry.name);
  const isUnapproved = plan.approvals?.some(({ owner }) => owner === entry.name) ?? false;
  const loaded = plugin !== undefined && !("fault" in plugin) ? plugin : undefined;
  const { missing, fault } = await variablesOf(loaded, context);
  const problems = changes.flatMap((change) => (change.problem === undefined ? [] : [change.problem]));
  const isTold = problems.some((problem) => problem.message === fault?.message);
  return {
    ...entry,
    state: fault === undefined ? stateOf(entry, changes, isUnapproved) : "attention",
    wired: [
      ...new Set(changes.filter((change) => change.verdict === "noop").flatMap((change) => change.agents)),
    ].sort(),
    ports: loaded === undefined ? [] : portsOf(loaded).map((each) => each.port),
    ...(loaded === undefined ? {} : await serviceNow(loaded, context)),
    ...(isInstallPending(changes) ? { installPending: true } : {}),
    ...(isUnapproved ? { approvalPending: true } : {}),
    missing,
    problems: fault === undefined || isTold ? problems : [...problems, fault],
  };
}

/** A file of variables that cannot be read is the fault of its plugin alone. */
async function variablesOf(
  plugin: GoodPlugin | undefined,
  context: Context,
): Promise<{ readonly missing: readonly string[]; readonly fault?: NonNullable<Change["problem"]> }> {
  if (plugin === undefined) return { missing: [] };
  try {
    const { missing } = await pluginVariables(plugin, context);
    return { missing };
  } catch (error) {
    if (error instanceof AtkError) return { missing: [], fault: asProblem(error) };
    throw error;
  }
}

function isInstallPending(changes: readonly Change[]): boolean {
  const verdictOf = (noun: Change["noun"]): string => changes.find((change) => change.noun === noun)?.verdict ?? "";
  return (
    ["noop", "drifted", "ignored"].includes(verdictOf("plugin")) && ["create", "update"].includes(verdictOf("install"))
  );
}

/** Asked at once for all of them: the whole status takes as long as the slowest one. */
async function serviceNow(plugin: GoodPlugin, context: Context): Promise<Pick<EntryStatus, "service">> {
  if (!plugin.entry.enabled || !hasService(plugin)) return {};
  if (!isAllowed(plugin)) return { service: { state: "unknown", detail: "not approved yet" } };
  try {
    const { observeService } = await import("./service-state.ts");
    const service = await observeService(await serviceOf(plugin, context, false), context, { turn: turnOf(context) });
    return { service };
  } catch (error) {
    if (error instanceof AtkError) return { service: { state: "unknown", detail: error.message } };
    throw error;
  }
}

const PROGRAMS_AT_ONCE = 32;
const turns = new WeakMap<Context, Turn>();

function turnOf(context: Context): Turn {
  const known = turns.get(context) ?? createTurn(PROGRAMS_AT_ONCE);
  turns.set(context, known);
  return known;
}

function stateOf(entry: ListedEntry, changes: readonly Change[], isPending: boolean): EntryState {
  if (changes.some((change) => ["drifted", "unmanaged", "blocked"].includes(change.verdict))) return "attention";
  if (isPending || changes.some((change) => !["noop", "ignored"].includes(change.verdict))) return "pending";
  if (!entry.enabled) return "disabled";
  return changes.length === 0 ? "not-here" : "ok";
}

/** Still on this machine, no longer in the manifest: the next apply takes it away. */
function leftover(owner: string, plan: Plan): EntryStatus {
  const changes = plan.changes.filter((change) => change.owner === owner);
  const problems = changes.flatMap((change) => (change.problem === undefined ? [] : [change.problem]));
  const state = problems.length > 0 ? "attention" : "pending";
  return {
    name: owner,
    kind: "plugin",
    enabled: false,
    agents: [],
    source: "(no longer in the manifest)",
    state,
    wired: [],
    ports: [],
    missing: [],
    problems,
  };
}
