import { join } from "node:path";
import type { JsonObject } from "../core/json.ts";
import type { FileChange } from "../host/file-change.ts";
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
import { rememberingError } from "./machines/last-error.ts";
import { makePlan, type PlanWork, type Selection } from "./make-plan.ts";
import { bringsVersion, type Task } from "./next-state.ts";
import { refuseUnknownNames } from "./names.ts";
import { openContents } from "./open-contents.ts";
import { finishOpenWork, hasOpenWork, withHomeLock, type CommitNote } from "./open-work.ts";
import { installPrograms } from "./pins/install-programs.ts";
import type { Pinning } from "./pins/pin-plugin.ts";
import { recordApplied } from "./record-applied.ts";
import { recordServices } from "./record-services.ts";
import { keepContent } from "./plugin-source.ts";
import { refuseBlocked } from "./refuse-blocked.ts";
import { isInstall } from "./run-commands.ts";
import { refuseStale } from "./stale.ts";
import { runEvent, type RunEvent } from "./run-event.ts";
import { shortcutsOf } from "./shortcuts-of.ts";
import { rememberSettled } from "./settled.ts";
import { applyTimers, isTimer, removeTimers } from "./timers/apply-timers.ts";
import { writeShortcuts } from "./shortcuts.ts";
import { readState } from "./state-store.ts";
import { pruneRuns } from "./undo/prune-runs.ts";
import { withExactFiles } from "./undo/exact-files.ts";
import { refuseUnwatched } from "./sync/unattended.ts";

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
  /** Pins that are missing are made for all entries, not only for what the lock lacks. */
  readonly pinAll?: boolean;
  /** Entries that are there already, and equal, are atk's from now on: taking them out of the manifest takes them away. */
  readonly isImport?: boolean;
  /** Further files of the user's own that belong to it; made once, after the yes. */
  readonly files?: (context: Context) => Promise<readonly FileChange[]>;
  /** Install commands are left for later: they stay pending. */
  readonly noInstall?: boolean;
  /** Number of the run that this takes back. */
  readonly undoes?: number;
  /** The backup that was made before it, asked for when everything is approved; see `RunEvent.snapshot`. */
  readonly snapshot?: () => string | undefined;
  /** Has the last word on the plan before it is shown. */
  readonly rework?: Rework;
  /** Nobody looks at the plan: what the lock and `policy.unattended` allow is done, the rest is left alone. */
  readonly unattended?: boolean;
  /** The commit is not pushed, whatever the manifest says: the caller does. */
  readonly noPush?: boolean;
  /** Looks at the plan before anything is asked or written. @throws AtkError when it is not what was meant */
  check?(work: PlanWork): void;
  /** The state is written although nothing else is: an edit was seen anew. */
  readonly notesEdits?: boolean;
  /** Asked once, with the plan, before anything is written. Not asked when there is nothing to do. */
  approve(plan: Plan, details: Approval): Promise<boolean>;
}

/** A plan made from another one, e.g. of what was there before. Called once for each look. */
export type Rework = (
  work: PlanWork,
  made: { readonly inputs: Inputs; readonly wish: Wish },
  context: Context,
) => Promise<PlanWork>;

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
  if (request.dryRun) return planAndCarryOut(request, context);
  const outcome = await rememberingError(context, () => planAndCarryOut(request, context));
  if (outcome.committed?.pushed === "pushed") await tellOthers(context);
  return outcome;
}

/** With the commit the remote also gets what this machine has now (config.auto_push). */
async function tellOthers(context: Context): Promise<void> {
  const { publishMachine } = await import("./machines/publish.ts");
  await publishMachine(context);
}

async function planAndCarryOut(request: ChangeRequest, context: Context): Promise<ChangeOutcome> {
  let known: Resolved = { resolved: {} };
  if (request.dryRun || !(await hasOpenWork(context))) {
    const first = await prepareChange(request, context, true);
    if (request.dryRun) return outcomeOf("dry-run", first.work, request.decisions);
    if (request.saved !== undefined) refuseStale(request.saved, first.work.plan);
    if (!hasWork(first, request)) {
      await finishBackups(context);
      return outcomeOf("nothing", first.work, request.decisions);
    }
    known = await newlyResolved(first);
  }
  return withHomeLock(context, request.message, async () => {
    await finishOpenWork(context);
    return lockedChange(withResolved(request, known), await ensureKey(lookAgain(context)));
  });
}

/** What a backup that was killed has left does not wait for a change. */
async function finishBackups(context: Context): Promise<void> {
  const { finishBackupWork } = await import("./backup/with-backup-lock.ts");
  await finishBackupWork(context);
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
    : await openContents(await choose(prepared.work, request), prepared.wish.plugins, context);
  const { choice, later } = withoutInstalls(all, request.noInstall ?? false);
  const isIdle = choice.tasks.length === 0 && !prepared.manifestChanged && request.notesEdits !== true;
  if (isIdle && prepared.work.plan.approvals === undefined)
    return { ...outcomeOf("nothing", prepared.work, request.decisions), left: choice.left, ...later };
  return { ...(await carryOut(request, prepared, choice, context)), ...later };
}

async function choose(work: PlanWork, { decisions, isImport = false }: ChangeRequest): Promise<Choice> {
  const { tasks, left } = await chooseTasks(work, decisions);
  if (!isImport) return { tasks, left };
  const handedOver = (task: Task): Task =>
    task.item.change.verdict === "adopt" ? { ...task, resolution: "claim" } : task;
  return { tasks: tasks.map(handedOver), left };
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
  const later = (task: Task): boolean => (isService(task) || isTimer(task)) && task.item.resource !== undefined;
  const approvals = request.filesOnly ? [] : (work.plan.approvals ?? []);
  const wish = { ...prepared.wish, lock: withApprovals(prepared.wish.lock, approvals, context) };
  const own = await extraChanges(inputs, wish, request.frozen ?? false, context);
  const extra = [...own.changes, ...((await request.files?.(context)) ?? [])];
  const label = request.message;
  const whole = {
    work,
    extra,
    label,
    note: noteOf(label, inputs.manifest.config),
    ...(request.forced ? { forced: true } : {}),
    ...(request.undoes === undefined ? {} : { undoes: request.undoes }),
    ...(await snapshotFor(request, choice.tasks, wish.plugins, context)),
    later: choice.tasks.filter(later),
  };
  await installPrograms(choice.tasks, prepared, context);
  await stopGoing(choice.tasks, request.forced ?? false, context);
  await removeTimers(choice.tasks, request.forced ?? false, context);
  const now = { ...choice, tasks: choice.tasks.filter((task) => !later(task)) };
  const isQuiet =
    now.tasks.length === 0 && extra.length === 0 && !prepared.manifestChanged && request.notesEdits !== true;
  const { applied, left } = isQuiet
    ? { applied: nothingApplied(work.state, runEvent({ label, tasks: [] }, context)), left: now.left }
    : await applyWhatCan(whole, now, context);
  await writeShortcuts(shortcutsOf(inputs, wish), context);
  const written = [...applied.written, ...(await adoptedFiles(applied.tasks))];
  const { config } = inputs.manifest;
  const howToCommit = request.noPush ? { ...config, autoPush: false } : config;
  const committed = await commitWritten(request.message, written, howToCommit, context);
  const commit = committed === undefined ? {} : { commit: committed.commit };
  if (!isQuiet) await recordApplied({ ...applied.event, ...commit }, context);
  await applied.close();
  for (const { locked, tree } of Object.values(inputs.resolved ?? {})) await keepContent(locked.source, tree, context);
  if (wish.ports !== undefined) await rememberPorts(wish.ports, context);
  const services = await applyServices(choice.tasks, wish.plugins, context);
  const timers = await applyTimers(choice.tasks, context);
  const afterwards = [...services.done, ...timers.done];
  const undoes = request.undoes === undefined ? {} : { undoes: request.undoes };
  const { selection } = work.plan;
  const before = work.state;
  await recordServices(
    { label, tasks: afterwards, isWhole: isQuiet, before, selection, ...undoes, ...commit },
    context,
  );
  await rememberSettled(context);
  await pruneRuns(context);
  return {
    outcome: "applied",
    plan: work.plan,
    applied: [...applied.changes, ...afterwards.map(({ item }) => item.change)],
    left: [...left, ...services.failed, ...timers.failed],
    backups: applied.backups,
    ...(committed === undefined ? {} : { committed }),
  };
}

/** What an upgrade has made already; else a run that brings other versions makes them now. An undo brings no version that was not there. */
async function snapshotFor(
  { snapshot, undoes, filesOnly }: ChangeRequest,
  tasks: readonly Task[],
  plugins: Wish["plugins"],
  context: Context,
): Promise<{ readonly snapshot?: string }> {
  const isOwn = snapshot !== undefined;
  if (!isOwn && (filesOnly || undoes !== undefined || !tasks.some(bringsVersion))) return {};
  const made = isOwn
    ? snapshot()
    : await (await import("./upgrade/snapshots-before.ts")).snapshotsBefore(tasks, plugins, context);
  return made === undefined ? {} : { snapshot: made };
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

function nothingApplied(state: PlanWork["state"], event: RunEvent): Applied {
  return { tasks: [], changes: [], written: [], backups: {}, state, event, close: async () => undefined };
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
  const options = {
    readOnly,
    ...pinningOf(request),
    ...(request.frozen ? { frozen: true } : {}),
    ...(request.unattended ? { unattended: true } : {}),
  };
  const [wish, state] = await Promise.all([
    desire(inputs, options, context),
    readState(context.host.files, context.workspace),
  ]);
  await refusePortConflicts(wish);
  if (request.filesOnly) refuseUnlockable(request.selection.names, wish);
  const { preflight: _skipped, ...unchecked } = wish.desired;
  const checked = request.unchecked ? unchecked : wish.desired;
  const { policy } = inputs.manifest;
  const refuse = (each: Change): Change["problem"] => refuseUnwatched(each, policy);
  const desired = request.unattended ? { ...checked, refuse } : checked;
  const planned = await makePlan(desired, state, context, request.selection);
  const work = (await request.rework?.(planned, { inputs, wish }, context)) ?? planned;
  if (request.isEdit === false || request.edit === undefined)
    refuseUnknownNames(request.selection.names, inputs.manifest, state);
  if (request.allOrNothing) refuseBlocked(work);
  request.check?.(work);
  const extra = await extraChanges(inputs, wish, request.frozen ?? false, context);
  const own = (work.exact ?? []).filter(({ isOwn }) => isOwn);
  const asked = await withExactFiles({ changes: extra.changes, files: {} }, own, context.look);
  return { before, inputs, wish, work, manifestChanged: asked.changes.length > 0 };
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

function hasWork({ work, manifestChanged }: Prepared, { decisions, filesOnly, notesEdits }: ChangeRequest): boolean {
  const { summary } = work.plan;
  if (notesEdits) return true;
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
