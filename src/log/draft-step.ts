import { basename, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import { digestBytes } from "../host/digest.ts";
import type { FileChange } from "../host/file-change.ts";
import type { DraftedTarget } from "./draft.ts";
import type { Target } from "./find-target.ts";
import { staleError } from "./stale.ts";
import { sameSnapshot, type Original, type Snapshot, type Step } from "./step.ts";

/** A step with what is needed to stage it and what never goes into the journal: content. */
export interface DraftedStep {
  readonly step: Step;
  readonly target?: Target;
  readonly bytes?: Uint8Array;
  /** Permission bits of the new file. */
  readonly mode?: number;
  /** true: exactly these bits; else the process's mask applies, as for every new file. */
  readonly isModeExact?: boolean;
}

export interface Naming {
  /** Of the transaction. */
  readonly id: string;
  /** Where originals are kept. */
  readonly originals: string;
}

type Write = Extract<FileChange, { type: "write" }>;
type Drafted = DraftedStep & { readonly target: Target };

/**
 * The step that makes the change; none when its result is there already.
 * @throws AtkError E_STALE when something else is there than expected, E_FILE when the file is read-only.
 */
export function draftStep(drafted: DraftedTarget, index: number, naming: Naming): Drafted | undefined {
  const { change, target } = drafted;
  const wanted = resultOf(change);
  if (sameSnapshot(target.now, wanted)) return change.type === "write" ? draftMode(change, target) : undefined;
  if (!sameSnapshot(target.now, change.expected)) throw staleError(change.path, change.expected, target.now);
  const original = originalOf(target, join(naming.originals, String(index)));
  const names = {
    path: target.path,
    staged: stagedName(target, index, naming),
    before: target.now,
    ...original,
  };
  if (change.type === "remove") return { target, step: { type: "remove", ...names } };
  refuseReadOnly(target);
  const step: Step = { type: "put", ...names, after: wanted };
  return change.type === "link" ? { target, step } : { target, step, bytes: change.bytes, ...modeOf(change, target) };
}

function resultOf(change: DraftedTarget["change"]): Snapshot {
  if (change.type === "write") return { state: "file", digest: digestBytes(change.bytes) };
  return change.type === "link" ? { state: "link", target: change.target } : { state: "absent" };
}

function draftMode(change: Write, target: Target): Drafted | undefined {
  const from = target.file?.stat.mode;
  if (!change.forceMode || from === undefined || from === change.mode) return undefined;
  return { target, step: { type: "mode", path: target.path, from, to: change.mode } };
}

function originalOf({ file }: Target, name: string): { readonly original?: Original } {
  return file === undefined ? {} : { original: { file: name, mode: file.stat.mode } };
}

/** Long names are cut, so that the whole stays below the 255 bytes a name may have. */
function stagedName({ path, directory }: Target, index: number, { id }: Naming): string {
  const base = [...basename(path)].slice(0, 40).join("");
  return join(directory.anchor, `.${base}.atk-${id}-${index}`);
}

function modeOf(change: Write, { file }: Target): { readonly mode: number; readonly isModeExact: boolean } {
  if (file === undefined || change.forceMode) return { mode: change.mode, isModeExact: change.forceMode ?? false };
  return { mode: file.stat.mode, isModeExact: true };
}

/** Renaming over a read-only file would work, but whoever made it read-only meant it. */
function refuseReadOnly({ path, file }: Target): void {
  if (file === undefined || (file.stat.mode & 0o200) !== 0) return;
  throw new AtkError("E_FILE", `cannot write ${path}: the file is read-only (mode 0${file.stat.mode.toString(8)})`, {
    at: { file: path },
    hint: `if atk may change it: chmod u+w ${path}`,
  });
}
