import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { summarise, type Plan } from "../../core/plan.ts";
import { EMPTY_STATE, type State } from "../../core/state.ts";
import { printLock } from "../../manifest/lock-file.ts";
import type { EntryChange } from "../../manifest/manifest-entries.ts";
import { SECRETS_FILE } from "../../secrets/secrets-file.ts";
import type { ChangeRequest, Rework } from "../change.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import { byOwnerAndAddress, type Item, type PlanWork } from "../make-plan.ts";
import { storeDirectory } from "../secrets.ts";
import { readState } from "../state-store.ts";
import { chooseRun, type Undoable } from "./choose-run.ts";
import { lookAt, same, type ExactFile } from "./exact-files.ts";
import { exactFilesOf } from "./exact-of.ts";
import { contextBefore, filesBefore } from "./image-files.ts";
import { inverseNotices } from "./inverse-notices.ts";
import { restoreItem, type Conflict, type TwoWorlds } from "./restore-item.ts";
import { reverseInputs, type ReversedInputs } from "./reverse-inputs.ts";
import type { TaskRecord } from "./run-record.ts";
import { readRuns, type Run } from "./runs.ts";

export interface UndoRequest {
  /** Number of the run; absent: the newest that was not taken back. */
  readonly id: number | undefined;
  /** What was changed since the run stays as it is, and everything else is put back. */
  readonly keepTheirs: boolean;
  /** Also the file of secrets: old values come back. */
  readonly secrets: boolean;
}

/** How a run is taken back: what `change` is told. */
export interface Undo {
  readonly run: Run;
  readonly request: Pick<ChangeRequest, "edit" | "rework" | "selection" | "message" | "undoes">;
  /** What the manifest says differently afterwards. */
  readonly manifestChanges: () => readonly EntryChange[];
  /** What was changed since and stays, with `keepTheirs`. */
  readonly kept: () => readonly Conflict[];
}

/**
 * Everything that takes a run back, in the reverse of how it was done. Reads only.
 * @throws AtkError E_USAGE when there is nothing to undo; E_DISAGREES naming every entry and file that was changed since.
 */
export async function prepareUndo(request: UndoRequest, context: Context): Promise<Undo> {
  const runs = await readRuns(context);
  let undoable = await chooseRun(request.id, runs, context);
  refuseSecrets(undoable, request, context);
  let reversed: ReversedInputs | undefined;
  let kept: readonly Conflict[] = [];
  const rework: Rework = async (work, { wish }, fresh) => {
    const plan = await reworked({ undoable, reversed, keepTheirs: request.keepTheirs, wish }, work, fresh);
    kept = plan.conflicts;
    if (!request.keepTheirs) refuseConflicts(undoable.run, kept);
    return plan.work;
  };
  const { run, record } = undoable;
  // Asked again when the home is locked: meanwhile another atk may have taken it back, or changed the same.
  const chooseAgain = async (): Promise<readonly Run[]> => {
    const known = await readRuns(context);
    undoable = await chooseRun(run.id, known, context);
    return known;
  };
  return {
    run,
    request: {
      message: labelOf(run),
      undoes: run.id,
      selection: { names: [...new Set(record.tasks.map(({ owner }) => owner))] },
      rework,
      edit: async (inputs: Inputs) => {
        const known = await chooseAgain();
        reversed = await reverseInputs(undoable, known, inputs, context);
        return reversed.inputs;
      },
    },
    manifestChanges: () => reversed?.changes ?? [],
    kept: () => kept,
  };
}

/** What undoes an undo does the thing again. */
function labelOf({ label, undoes }: Run): string {
  const [, word, what] = /^(Undo|Redo): (.*)$/s.exec(label) ?? [];
  if (undoes === undefined || what === undefined) return `Undo: ${label}`;
  return word === "Undo" ? `Redo: ${what}` : `Undo: ${what}`;
}

function refuseSecrets({ run, images }: Undoable, { secrets }: UndoRequest, context: Context): void {
  const file = join(storeDirectory(context), SECRETS_FILE);
  if (secrets || !images.steps.some(({ path }) => path === file)) return;
  throw new AtkError("E_USAGE", `run ${run.id}, ${run.label}, changed secrets: to undo it brings old values back`, {
    hint: `if that is what you want: atk undo ${run.id} --secrets; an earlier run is undone by its number, see atk history`,
  });
}

interface Reworking {
  readonly undoable: Undoable;
  readonly reversed: ReversedInputs | undefined;
  readonly keepTheirs: boolean;
  readonly wish: Parameters<Rework>[1]["wish"];
}

interface Reworked {
  readonly work: PlanWork;
  readonly conflicts: readonly Conflict[];
}

/** The plan of the manifest as it was, with every resource of the run put back as it was found. */
async function reworked({ undoable, reversed, wish }: Reworking, work: PlanWork, now: Context): Promise<Reworked> {
  const { record, images, run } = undoable;
  const earlier = contextBefore(images, now);
  const worlds: TwoWorlds = { now, earlier, state: work.state };
  const planned = new Map(work.items.map((item) => [item.key, item]));
  const owners = new Set(record.tasks.map(({ owner }) => owner));
  const passesOn = ({ key }: TaskRecord): boolean => isTakenOver(planned.get(key), owners);
  const restored = await Promise.all(
    record.tasks.map((task) => (passesOn(task) ? "planned" : restoreItem(task, planned.get(task.key), worlds))),
  );
  const taken = record.tasks.filter(passesOn).flatMap(({ key }) => placesOf(planned.get(key)));
  const open = new Set(record.tasks.filter((_, at) => restored[at] === "planned").map(({ key }) => key));
  const own = restored.flatMap((each) => (each !== "planned" && "item" in each ? [each.item] : []));
  const items = [...own, ...work.items.filter((item) => belongs(item, open, owners))].sort(byOwnerAndAddress);
  const isSameLock =
    reversed !== undefined &&
    work.plan.approvals === undefined &&
    printLock(wish.lock) === printLock(reversed.lockBefore);
  const found = await exactFilesOf(undoable, now);
  const isTaken = ({ path }: ExactFile): boolean => taken.some((place) => `${path}/`.startsWith(`${place}/`));
  const exact = chosen(found, isSameLock, now).filter((file) => !isTaken(file));
  const moved = await movedFiles(exact, now);
  const conflicts = restored.flatMap((each) => (each !== "planned" && "conflict" in each ? [each.conflict] : []));
  const changes = items.map(({ change }) => change);
  const said = work.plan.notices.filter(({ agent }) => agent === undefined);
  const notices = [...said, ...inverseNotices(run, record), ...stillWanted(own, wish)];
  return {
    work: {
      ...work,
      items,
      exact,
      earlier: await stateBefore(images, now),
      plan: { ...withoutOthers(work.plan, owners), changes, notices, summary: summarise(changes) },
    },
    conflicts: [...(reversed?.conflicts ?? []), ...conflicts, ...moved],
  };
}

/** What one entry leaves another takes over at once, as in every plan. */
function isTakenOver(item: Item | undefined, owners: ReadonlySet<string>): boolean {
  return item?.resource !== undefined && !owners.has(item.change.owner);
}

function placesOf(item: Item | undefined): readonly string[] {
  const locator = item?.change.locator;
  if (locator === undefined) return [];
  if (locator.kind === "tree") return [locator.directory];
  return "file" in locator ? [locator.file] : [];
}

/** A state that is not kept, or cannot be read any more, knows nothing. */
async function stateBefore(images: Undoable["images"], { host, workspace }: Context): Promise<State> {
  return readState(filesBefore(images, host.files), workspace).catch(() => EMPTY_STATE);
}

/** The manifest before a first run is not known where it is in no commit. */
function stillWanted(items: readonly Item[], { desired }: Reworking["wish"]): Plan["notices"] {
  const wanted = new Set(desired.resources.map(({ address }) => address));
  const gone = items.filter(({ change }) => change.verdict === "delete" && wanted.has(change.address));
  return [...new Set(gone.map(({ change }) => change.owner))].map((owner) => ({
    owner,
    message: `the manifest still asks for ${owner}: take it out there too, or the next apply does it again`,
  }));
}

/** What other entries may do is not asked now. */
function withoutOthers({ approvals = [], ...plan }: Plan, owners: ReadonlySet<string>): Plan {
  const own = approvals.filter(({ owner }) => owners.has(owner));
  return own.length === 0 ? plan : { ...plan, approvals: own };
}

/** What follows from the manifest: commands and services of the run's entries, and what the run only took note of. */
function belongs(
  { change, key, resource, recorded }: Item,
  planned: ReadonlySet<string>,
  owners: ReadonlySet<string>,
): boolean {
  if (resource === undefined && recorded === undefined) return false;
  if (!owners.has(change.owner)) return planned.has(key);
  return planned.has(key) || change.locator.kind === "command" || change.locator.kind === "service";
}

/** The manifest is edited as a text; the lock is put back as a file only where it says just what it said. */
function chosen(exact: readonly ExactFile[], isSameLock: boolean, { workspace }: Context): readonly ExactFile[] {
  const { lockFile, manifestFile } = workspace;
  return exact.filter(({ path, to }) => {
    if (path === manifestFile) return false;
    if (path === lockFile) return isSameLock;
    return !path.startsWith(`${lockFile}.d`) || to.state !== "absent" || isSameLock;
  });
}

/** Files beside the manifest (values, secrets) that somebody changed since; the lock and .gitignore follow from the manifest. */
async function movedFiles(exact: readonly ExactFile[], { look, workspace }: Context): Promise<readonly Conflict[]> {
  const derived = [workspace.lockFile, `${workspace.lockFile}.d`, join(workspace.directory, ".gitignore")];
  const values = exact.filter(({ path, isOwn }) => isOwn && !derived.some((each) => path.startsWith(each)));
  const found = await Promise.all(
    values.map(async (file) => {
      const { path, when, to } = file;
      const now = await lookAt(file, look);
      const isBack = to.state === now.state && to.state === "absent";
      if (when === undefined || same(now, when) || isBack) return [];
      return [{ address: "file", file: path, message: "was changed since" }];
    }),
  );
  return found.flat();
}

function refuseConflicts({ id, label }: Run, conflicts: readonly Conflict[]): void {
  if (conflicts.length === 0) return;
  throw new AtkError("E_DISAGREES", `run ${id}, ${label}, cannot be undone: some of it was changed since`, {
    problems: conflicts.map(({ address, file, message }) => ({
      message: `${address} ${message}`,
      ...(file === undefined ? {} : { at: { file } }),
    })),
    hint: `atk undo ${id} --keep-theirs puts everything else back`,
  });
}
