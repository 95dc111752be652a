import { dirname } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";
import type { FileChange } from "../host/file-change.ts";
import { draftStep, type DraftedStep, type Naming } from "./draft-step.ts";
import { findTarget, type PathChange, type Target } from "./find-target.ts";
import { directoryResolver } from "./resolve-directory.ts";
import type { Step } from "./step.ts";

/** Everything that is known before the first byte is written. */
export interface Draft {
  /** In the order in which they are done; undone in the reverse order. */
  readonly steps: readonly DraftedStep[];
  readonly targets: readonly DraftedTarget[];
  /** Directories that will be made, outermost first. */
  readonly madeDirectories: readonly string[];
}

export interface DraftedTarget {
  readonly change: PathChange;
  readonly target: Target;
}

/**
 * Turns changes into steps; a change whose result is there already gives none.
 * Reads every target once, writes nothing. Linear in the number of changes.
 * @throws AtkError E_STALE when a target is not as expected, E_FILE when one cannot be changed or two changes meet in one file.
 */
export async function draft(changes: readonly FileChange[], naming: Naming, files: ReadFiles): Promise<Draft> {
  const pathChanges = changes.filter((change) => change.type !== "remove-directory");
  const targets = await findTargets(pathChanges, files);
  const drafted = withoutDoubles(targets).flatMap((each, index) => draftStep(each, index, naming) ?? []);
  const madeDirectories = directoriesFor(drafted);
  refuseFilesAsDirectories(drafted, madeDirectories);
  const made = [...madeDirectories].map(([path, mode]) => ({
    step: { type: "make-directory", path, mode } as const,
  }));
  const steps = inOrder(drafted, made, await removedDirectories(changes, files));
  return { steps, targets, madeDirectories: [...madeDirectories.keys()] };
}

/** The targets of all changes as they are now. */
export async function findTargets(changes: readonly PathChange[], files: ReadFiles): Promise<readonly DraftedTarget[]> {
  const leaving = new Set(changes.filter((change) => change.type === "remove").map((change) => change.path));
  const resolve = directoryResolver(files, leaving);
  const targets: DraftedTarget[] = [];
  for (const change of changes) targets.push({ change, target: await findTarget(change, resolve, files) });
  return targets;
}

type Drafted = DraftedStep & { readonly target: Target };

/** @throws AtkError E_FILE when two changes want different things of one file. */
function withoutDoubles(targets: readonly DraftedTarget[]): readonly DraftedTarget[] {
  const byPath = new Map<string, DraftedTarget>();
  for (const each of targets) {
    const other = byPath.get(each.target.path);
    if (other === undefined) byPath.set(each.target.path, each);
    else if (!sameResult(other.change, each.change)) throw collision(other.change, each.change, each.target);
  }
  return [...byPath.values()];
}

/** Two clients may read one file under two names; that is no conflict while both want the same content. */
function sameResult(a: PathChange, b: PathChange): boolean {
  return a.type === "write" && b.type === "write" && Buffer.compare(a.bytes, b.bytes) === 0;
}

function collision(a: PathChange, b: PathChange, { path }: Target): AtkError {
  const names = a.path === b.path ? `twice for ${a.path}` : `for ${a.path} and ${b.path}, which are one file (${path})`;
  return new AtkError("E_FILE", `cannot make two different changes of one file: asked ${names}`, {
    at: { file: b.path },
    hint: "let only one of the two be managed, or replace the link by a file of its own",
  });
}

/**
 * The directories to make, outermost first, with their permission bits.
 * One that is made only for files that nobody but their owner may read is for its owner too.
 */
function directoriesFor(drafted: readonly Drafted[]): ReadonlyMap<string, number> {
  const modes = new Map<string, number>();
  for (const { step, target, mode } of drafted) {
    if (step.type !== "put") continue;
    const own = mode !== undefined && (mode & 0o077) === 0 ? 0o700 : 0o777;
    for (const path of target.directory.missing) modes.set(path, (modes.get(path) ?? 0) | own);
  }
  return new Map([...modes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function refuseFilesAsDirectories(drafted: readonly Drafted[], directories: ReadonlyMap<string, number>): void {
  for (const { step } of drafted) {
    if (step.type !== "put" || !directories.has(step.path)) continue;
    throw new AtkError("E_FILE", `cannot make ${step.path} both a file and a directory`, {
      at: { file: step.path },
    });
  }
}

/** What stands in the way of a new directory goes first; everything else goes after the new content is in place. */
function inOrder(
  drafted: readonly Drafted[],
  made: readonly DraftedStep[],
  removed: readonly Step[],
): readonly DraftedStep[] {
  const madePaths = new Set(made.map(({ step }) => step.path));
  const isRemoval = ({ step }: Drafted): boolean => step.type === "remove";
  const isInTheWay = (each: Drafted): boolean => isRemoval(each) && madePaths.has(each.step.path);
  return [
    ...drafted.filter(isInTheWay),
    ...made,
    ...drafted.filter((each) => !isRemoval(each)),
    ...drafted.filter((each) => isRemoval(each) && !isInTheWay(each)),
    ...removed.map((step) => ({ step })),
  ];
}

async function removedDirectories(changes: readonly FileChange[], files: ReadFiles): Promise<readonly Step[]> {
  const paths = new Set(changes.flatMap((change) => (change.type === "remove-directory" ? [change.path] : [])));
  const deepestFirst = [...paths].sort((a, b) => b.length - a.length);
  const steps: Step[] = [];
  for (const path of deepestFirst) {
    const stat = await files.stat(path);
    if (stat?.type === "directory" && path !== dirname(path))
      steps.push({ type: "remove-directory", path, mode: stat.mode });
  }
  return steps;
}
