import { parseLock } from "../../manifest/lock-file.ts";
import type { Lock } from "../../manifest/lock.ts";
import { entryChanges, manifestEntries, type EntryChange } from "../../manifest/manifest-entries.ts";
import { readImages, imageBytes } from "../../log/run-images.ts";
import type { Context } from "../context.ts";
import { EMPTY_LOCK, withManifest, type Inputs } from "../inputs.ts";
import { npmPins, treeFile } from "../pins/tree-files.ts";
import type { Undoable } from "./choose-run.ts";
import type { Conflict } from "./restore-item.ts";
import { contextBefore } from "./image-files.ts";
import { reverseLock, reverseManifest, withEntriesOf } from "./reverse-entries.ts";
import type { RunRecord } from "./run-record.ts";
import type { Run } from "./runs.ts";
import { treesBefore } from "./trees-before.ts";

/** The manifest and the lock as they were before a run. */
export interface ReversedInputs {
  readonly inputs: Inputs;
  readonly conflicts: readonly Conflict[];
  /** What it changes in the manifest. */
  readonly changes: readonly EntryChange[];
  /** The lock before the run; what the file said then. */
  readonly lockBefore: Lock;
}

/** @throws AtkError E_MANIFEST when the manifest as it was is none today; E_INTEGRITY for images that were changed. */
export async function reverseInputs(
  undoable: Undoable,
  runs: readonly Run[],
  inputs: Inputs,
  context: Context,
): Promise<ReversedInputs> {
  const { manifestFile: file, lockFile } = context.workspace;
  const { texts } = undoable.record;
  const before = await textBefore(file, undoable, context);
  const after = texts.manifest ?? inputs.manifestText;
  const wanted = await textWanted(undoable, { before, after }, runs, context);
  const manifest = reverseManifest({ now: inputs.manifestText, after, before: wanted, file });
  const lockAfter = lockOf(texts.lock, lockFile);
  const wrote = undoable.images.steps.some(({ path }) => path === lockFile);
  const lockBefore = wrote ? lockOf(await textBefore(lockFile, undoable, context), lockFile) : lockAfter;
  const lock = reverseLock({ now: inputs.lock, after: lockAfter, before: lockBefore, file: lockFile });
  const edited = await withManifest(inputs, manifest.value, context);
  const trees = await npmTreesBefore(lock.value, undoable, context);
  const contents = await treesBefore(undoable.record, contextBefore(undoable.images, context));
  return {
    inputs: { ...edited, lock: lock.value, trees, contents, left: Object.keys(inputs.lock.plugins) },
    conflicts: [...manifest.conflicts, ...lock.conflicts],
    changes: entryChanges(manifestEntries(inputs.manifestText, file), manifestEntries(manifest.value, file)),
    lockBefore,
  };
}

/** undefined: the run did not write the file, or it was not there. */
async function textBefore(path: string, { images }: Undoable, { host }: Context): Promise<string | undefined> {
  const step = images.steps.find((each) => each.path === (images.places[path] ?? path));
  const image = step === undefined ? undefined : await imageBytes(step, images.folder, host.files);
  return image === undefined ? undefined : new TextDecoder().decode(image.bytes);
}

function lockOf(text: string | undefined, file: string): Lock {
  return text === undefined ? EMPTY_LOCK : parseLock(text, file);
}

/**
 * The manifest that comes back. Where the run edited it, what the run found. What a person had written into it and the run only applied
 * goes too, because else it would be applied again: then it is what the run before left, as far as this one was about it.
 */
async function textWanted(
  { run, record }: Undoable,
  { before, after }: { readonly before: string | undefined; readonly after: string },
  runs: readonly Run[],
  context: Context,
): Promise<string> {
  if (before !== undefined) return before;
  const previous = await manifestBefore(run, runs, context);
  if (previous === undefined) return after;
  if (record.selection.length === 0) return previous;
  const { manifestFile: file } = context.workspace;
  const changes = entryChanges(manifestEntries(after, file), manifestEntries(previous, file));
  const owners = new Set(record.tasks.map(({ owner }) => owner));
  return withEntriesOf(
    after,
    changes.filter(({ name }) => name !== undefined && owners.has(name)),
    file,
  );
}

/** The manifest as the run before left it, or as it was committed before. */
async function manifestBefore(
  run: Run,
  runs: readonly Run[],
  { host, workspace }: Context,
): Promise<string | undefined> {
  const place = { files: host.files, directory: workspace.stateDirectory };
  for (const { id, tx } of runs.toReversed()) {
    if (id >= run.id || tx === undefined) continue;
    const images = await readImages(tx, place);
    if (images === undefined) break;
    const { manifest } = (images.record as unknown as RunRecord).texts;
    // A change of secrets does not look at the manifest.
    if (manifest !== undefined) return manifest;
  }
  if (run.commit === undefined) return undefined;
  const { openGit } = await import("../open-git.ts");
  const git = await openGit({ host, workspace });
  const commit = await git?.resolveRevision(`${run.commit}~1`).catch(() => undefined);
  const bytes = commit === undefined ? undefined : await git?.readFileAt(commit, workspace.manifestFile);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** Texts of the dependency trees that the lock named then and the run took away. */
async function npmTreesBefore(
  lock: Lock,
  undoable: Undoable,
  context: Context,
): Promise<Readonly<Record<string, string>>> {
  const { lockFile } = context.workspace;
  const folder = `${lockFile}.d/`;
  if (!undoable.images.steps.some(({ path }) => path.startsWith(folder))) return {};
  const found = await Promise.all(
    npmPins(lock).map(async (pin) => [pin.tree, await textBefore(treeFile(lockFile, pin), undoable, context)] as const),
  );
  return Object.fromEntries(found.flatMap(([tree, text]) => (text === undefined ? [] : [[tree, text]])));
}
