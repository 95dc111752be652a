import { join } from "node:path";
import type { JsonObject } from "../core/json.ts";
import type { ManifestConfig } from "../manifest/manifest.ts";
import { needsAttention, type Change, type Plan } from "../core/plan.ts";
import { withApprovals } from "./approvals.ts";
import { applyServices, isService, stopGoing } from "./apply-services.ts";
import type { Applied } from "./apply-plan.ts";
import { applyWhatCan } from "./apply-what-can.ts";
import { refusePortConflicts, rememberPorts } from "./assigned-ports.ts";
import { chooseTasks, type Choice, type Decisions } from "./choose-tasks.ts";
import { commitWritten, type Committed } from "./commit-written.ts";
import { ensureKey, lookAgain, type Context } from "./context.ts";
import { desire, type Wish } from "./desire.ts";
import { extraChanges } from "./extra-changes.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { makePlan, type PlanWork, type Selection } from "./make-plan.ts";
import type { Task } from "./next-state.ts";
import { refuseUnknownNames } from "./names.ts";
import { openContents } from "./open-contents.ts";
import { finishOpenWork, hasOpenWork, withHomeLock, type CommitNote } from "./open-work.ts";
import { installPrograms } from "./pins/install-programs.ts";
import type { Pinning } from "./pins/pin-plugin.ts";
import { recordApplied } from "./record-applied.ts";
import { keepContent } from "./plugin-source.ts";
import { refuseBlocked } from "./refuse-blocked.ts";
import { isInstall } from "./run-commands.ts";
import { refuseStale } from "./stale.ts";
import { shortcutsOf } from "./shortcuts-of.ts";
import { rememberSettled } from "./settled.ts";
import { applyTimers, isTimer, removeTimers } from "./timers/apply-timers.ts";
import { writeShortcuts } from "./shortcuts.ts";
import { readState } from "./state-store.ts";

/** One change of the machine: an optional edit of the manifest, then plan, approval, apply and commit of just that. */
export interface ChangeRequest {
  /** Gives the manifest as it shall be; absent: as it is. */
  readonly edit?: (inputs: Inputs) => Promise<Inputs>;
  /** false: `edit` changes nothing that a person wrote. */
  readonly isEdit?: boolean;
  readonly selection: Selection;
  /** Commit message, e.g. `Add plugin 'github'`. */
  readonly message: string;
  readonly decisions: Decisions;
  readonly dryRun?: boolean;
  readonly frozen?: boolean;
  /** Skip the check of programs, variables and ports. */
  readonly unchecked?: boolean;
  /** A saved plan: exactly this is done, or nothing. */
  readonly saved?: Plan;
  /** A failing uninstall command does not stop a removal. */
  readonly forced?: boolean;
  /** Only the manifest and the lock are written. */
  readonly filesOnly?: boolean;
  /** Nothing is changed when one of the selected entries is blocked (add). */
  readonly allOrNothing?: boolean;
  /** Goes into the machine's log with what was done; asked when it is done. No secrets. */
  readonly alsoInLog?: () => JsonObject;
  /** Pins that are missing are made for all entries, not only for what the lock lacks. */
  readonly pinAll?: boolean;
  /** Install commands are left for later: they stay pending. */
  readonly noInstall?: boolean;
  /** Asked once, with the plan, before anything is written. Not asked when there is nothing to do. */
  approve(plan: Plan, details: Approval): Promise<boolean>;
}

export interface Approval {
  /** Lines of the user's own files that change with it, for showing. */
  readonly manifestChanged: boolean;
  readonly before: Inputs;
  readonly wish: Wish;
}

export interface ChangeOutcome {
  readonly outcome: "applied" | "nothing" | "declined" | "dry-run";
  readonly plan: Plan;
  readonly applied: readonly Change[];
  /** What needs attention and was left alone. */
  readonly left: readonly Change[];
  /** Install commands that were left for later. */
  readonly postponed?: readonly Change[];
  readonly backups: Readonly<Record<string, string>>;
  readonly committed?: Committed;
}

interface Prepared {
  readonly before: Inputs;
  readonly inputs: Inputs;
  readonly wish: Wish;
  readonly work: PlanWork;
  readonly manifestChanged: boolean;
}

/** Plans first without any lock or write; only when there is something to do the home is locked and planned anew. */
export async function change(request: ChangeRequest, context: Context): Promise<ChangeOutcome> {
  let known: Resolved = { resolved: {} };
  if (request.dryRun || !(await hasOpenWork(context))) {
    const first = await prepareChange(request, context, true);
    if (request.dryRun) return outcomeOf("dry-run", first.work, request.decisions);
    if (request.saved !== undefined) refuseStale(request.saved, first.work.plan);
    if (!hasWork(first, request)) return outcomeOf("nothing", first.work, request.decisions);
    known = await newlyResolved(first);
  }
  return withHomeLock(context, request.message, async () => {
    await finishOpenWork(context);
    return lockedChange(withResolved(request, known), await ensureKey(lookAgain(context)));
  });
}

type Resolved = Pick<Inputs, "resolved" | "pinnedServers">;

/** What the first look found out over the network need not be found out again. */
async function newlyResolved({ inputs, wish }: Prepared): Promise<Resolved> {
  const fresh = wish.plugins.filter(
    (plugin) => !("fault" in plugin) && inputs.lock.plugins[plugin.entry.name] !== plugin.locked,
  );
  const found = await Promise.all(
    fresh.map(async (plugin) => {
      if ("fault" in plugin) return [];
      const { locked, trees } = plugin;
      return [[plugin.entry.name, { locked, trees, tree: await plugin.open() }] as const];
    }),
  );
  return { resolved: Object.fromEntries(found.flat()), pinnedServers: wish.pinnedServers };
}

function withResolved(request: ChangeRequest, known: Resolved): ChangeRequest {
  const edit = request.edit ?? (async (inputs: Inputs): Promise<Inputs> => inputs);
  const resolvedEdit = async (inputs: Inputs): Promise<Inputs> => {
    const edited = await edit(inputs);
    return { ...edited, ...known, resolved: { ...edited.resolved, ...known.resolved } };
  };
  return { ...request, edit: resolvedEdit, isEdit: request.edit !== undefined };
}

async function lockedChange(request: ChangeRequest, context: Context): Promise<ChangeOutcome> {
  const prepared = await prepareChange(request, context, request.dryRun ?? false);
  if (request.dryRun) return outcomeOf("dry-run", prepared.work, request.decisions);
  if (!hasWork(prepared, request)) return outcomeOf("nothing", prepared.work, request.decisions);
  const approved = await request.approve(prepared.work.plan, prepared);
  if (!approved) return outcomeOf("declined", prepared.work, request.decisions);
  const all = request.filesOnly
    ? { tasks: [], left: [] }
    : await openContents(await chooseTasks(prepared.work, request.decisions), prepared.wish.plugins, context);
  const { choice, later } = withoutInstalls(all, request.noInstall ?? false);
  if (choice.tasks.length === 0 && !prepared.manifestChanged && prepared.work.plan.approvals === undefined)
    return { ...outcomeOf("nothing", prepared.work, request.decisions), left: choice.left, ...later };
  return { ...(await carryOut(request, prepared, choice, context)), ...later };
}

function withoutInstalls(
  choice: Choice,
  noInstall: boolean,
): { readonly choice: Choice; readonly later: Pick<ChangeOutcome, "postponed"> } {
  const installs = noInstall ? choice.tasks.filter(isInstall) : [];
  if (installs.length === 0) return { choice, later: {} };
  const tasks = choice.tasks.filter((task) => !installs.includes(task));
  return { choice: { ...choice, tasks }, later: { postponed: installs.map(({ item }) => item.change) } };
}

async function carryOut(
  request: ChangeRequest,
  prepared: Prepared,
  choice: Choice,
  context: Context,
): Promise<ChangeOutcome> {
  const { inputs, work } = prepared;
  const approvals = request.filesOnly ? [] : (work.plan.approvals ?? []);
  const wish = { ...prepared.wish, lock: withApprovals(prepared.wish.lock, approvals, context) };
  const extra = await extraChanges(inputs, wish, request.frozen ?? false, context);
  const label = request.message;
  const whole = {
    work,
    extra: extra.changes,
    label,
    note: noteOf(label, inputs.manifest.config),
    ...(request.forced ? { forced: true } : {}),
  };
  await installPrograms(choice.tasks, prepared, context);
  await stopGoing(choice.tasks, request.forced ?? false, context);
  await removeTimers(choice.tasks, request.forced ?? false, context);
  const later = (task: Task): boolean => (isService(task) || isTimer(task)) && task.item.resource !== undefined;
  const now = { ...choice, tasks: choice.tasks.filter((task) => !later(task)) };
  const isQuiet = now.tasks.length === 0 && extra.changes.length === 0;
  const { applied, left } = isQuiet
    ? { applied: nothingApplied(work.state), left: now.left }
    : await applyWhatCan(whole, now, context);
  await writeShortcuts(shortcutsOf(inputs, wish), context);
  const written = [...applied.written, ...(await adoptedFiles(applied.tasks))];
  const committed = await commitWritten(request.message, written, inputs.manifest.config, context);
  if (!isQuiet) await recordApplied(request.message, applied.tasks, committed?.commit, context, request.alsoInLog?.());
  await applied.close();
  for (const { locked, tree } of Object.values(inputs.resolved ?? {})) await keepContent(locked.source, tree, context);
  if (wish.ports !== undefined) await rememberPorts(wish.ports, context);
  const services = await applyServices(choice.tasks, wish.plugins, context);
  const timers = await applyTimers(choice.tasks, context);
  const afterwards = [...services.done, ...timers.done];
  if (afterwards.length > 0) await recordApplied(request.message, afterwards, undefined, context);
  await rememberSettled(context);
  return {
    outcome: "applied",
    plan: work.plan,
    applied: [...applied.changes, ...afterwards.map(({ item }) => item.change)],
    left: [...left, ...services.failed, ...timers.failed],
    backups: applied.backups,
    ...(committed === undefined ? {} : { committed }),
  };
}

/** A local plugin that stands in the home already is the home's from now on, and travels with it. */
async function adoptedFiles(tasks: readonly Task[]): Promise<readonly string[]> {
  const files = tasks.map(async ({ item: { change: adopted, resource } }) => {
    const { locator } = adopted;
    if (adopted.verdict !== "adopt" || locator.kind !== "tree" || resource?.content.kind !== "tree") return [];
    return (await resource.content.open()).entries.map((entry) => join(locator.directory, entry.path));
  });
  return (await Promise.all(files)).flat();
}

function nothingApplied(state: PlanWork["state"]): Applied {
  return { tasks: [], changes: [], written: [], backups: {}, state, close: async () => undefined };
}

function noteOf(message: string, { autoCommit, autoPush }: ManifestConfig): JsonObject {
  const config = {
    ...(autoCommit === undefined ? {} : { autoCommit }),
    ...(autoPush === undefined ? {} : { autoPush }),
  };
  return { message, config } satisfies CommitNote;
}

async function prepareChange(request: ChangeRequest, context: Context, readOnly: boolean): Promise<Prepared> {
  const before = await readInputs(context);
  const inputs = request.edit === undefined ? before : await request.edit(before);
  const options = { readOnly, ...pinningOf(request), ...(request.frozen ? { frozen: true } : {}) };
  const [wish, state] = await Promise.all([
    desire(inputs, options, context),
    readState(context.host.files, context.workspace),
  ]);
  await refusePortConflicts(wish);
  if (request.filesOnly) refuseUnlockable(request.selection.names, wish);
  const { preflight: _skipped, ...unchecked } = wish.desired;
  const work = await makePlan(request.unchecked ? unchecked : wish.desired, state, context, request.selection);
  if (request.isEdit === false || request.edit === undefined)
    refuseUnknownNames(request.selection.names, inputs.manifest, state);
  if (request.allOrNothing) refuseBlocked(work);
  const extra = await extraChanges(inputs, wish, request.frozen ?? false, context);
  return { before, inputs, wish, work, manifestChanged: extra.changes.length > 0 };
}

/** What was named to be locked anew and cannot be is said: the lock keeps what it had. @throws AtkError */
function refuseUnlockable(names: readonly string[], { plugins, pinnedServers }: Wish): void {
  for (const plugin of plugins) if ("fault" in plugin && names.includes(plugin.entry.name)) throw plugin.fault;
  for (const [name, fault] of Object.entries(pinnedServers.faults)) if (names.includes(name)) throw fault;
}

/** What is only shown, or was shown before as it is, is not pinned now. */
function pinningOf({ dryRun, frozen, saved, pinAll }: ChangeRequest): { readonly pins?: Pinning } {
  if (dryRun || frozen || saved !== undefined) return {};
  return { pins: pinAll ? "missing" : "fresh" };
}

function hasWork({ work, manifestChanged }: Prepared, { decisions, filesOnly }: ChangeRequest): boolean {
  const { summary } = work.plan;
  if (manifestChanged || filesOnly) return manifestChanged;
  if (work.plan.approvals !== undefined) return true;
  if (summary.create + summary.update + summary.delete + summary.adopt + summary.forget > 0) return true;
  return work.plan.changes.some((each) => mayBeDecided(each, decisions));
}

/** Keeping somebody's edit of an entry that is still wanted changes nothing. */
function mayBeDecided(each: Change, { ask, onDrift, takeOver }: Decisions): boolean {
  if (each.verdict === "unmanaged") return ask !== undefined || takeOver === true;
  if (each.verdict !== "drifted") return false;
  return onDrift === undefined ? ask !== undefined : onDrift !== "keep" || each.after === null;
}

function outcomeOf(outcome: ChangeOutcome["outcome"], { plan }: PlanWork, { onDrift }: Decisions): ChangeOutcome {
  const kept = (each: Change): boolean => each.verdict === "drifted" && onDrift === "keep" && each.after !== null;
  const left = plan.changes.filter((each) => needsAttention(each) && !kept(each));
  return { outcome, plan, applied: [], left, backups: {} };
}
