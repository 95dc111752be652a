import type { FileRecord } from "../../core/state.ts";
import { digestBytes } from "../../host/digest.ts";
import type { Expected, FileChange } from "../../host/file-change.ts";
import type { Look } from "../../primitives/look.ts";

/** A file that is put back as a whole, every byte, as long as it is just what a run left there. */
export interface ExactFile {
  readonly path: string;
  /** What the run left; else the file is edited entry by entry. Absent: whatever is there. */
  readonly when?: Expected;
  readonly to: ExactContent;
  readonly record: FileRecord | undefined;
  /** true: also where no resource asks for a change of it (manifest, lock and what lies beside it). */
  readonly isOwn: boolean;
}

export type ExactContent =
  | { readonly state: "absent" }
  | { readonly state: "file"; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly state: "link"; readonly target: string };

export interface Files {
  readonly changes: readonly FileChange[];
  readonly files: Readonly<Record<string, FileRecord | undefined>>;
}

/** The changes with those of exact files put in the place of what edits would make of them. */
export async function withExactFiles(made: Files, exact: readonly ExactFile[], look: Look): Promise<Files> {
  let { changes, files } = made;
  for (const each of exact) {
    const isAsked = each.isOwn || changes.some(({ path }) => path === each.path);
    if (!isAsked) continue;
    const now = await lookAt(each, look);
    if (each.when !== undefined && !same(now, each.when)) continue;
    changes = [...changes.filter(({ path }) => path !== each.path), ...changeTo(each, now)];
    if (!each.isOwn) files = { ...files, [each.path]: each.record };
  }
  return { changes, files };
}

function changeTo({ path, when, to }: ExactFile, now: Expected): readonly FileChange[] {
  if (to.state === "absent") return now.state === "absent" ? [] : [{ type: "remove", path, expected: now }];
  if (to.state === "link") return [{ type: "link", path, target: to.target, expected: now }];
  const isThere = when === undefined && same(now, { state: "file", digest: digestBytes(to.bytes) });
  if (isThere) return [];
  return [{ type: "write", path, bytes: to.bytes, mode: to.mode, forceMode: true, expected: now }];
}

/** What is at its path now. A link counts as itself where the run made or replaced one; else it stands for the file behind it. */
export async function lookAt({ path, when, to }: ExactFile, look: Look): Promise<Expected> {
  const isLink = (await look.stat(path))?.type === "link";
  if (isLink && (when?.state === "link" || to.state === "link"))
    return { state: "link", target: (await look.files.readLink(path)) ?? "" };
  const bytes = await look.bytes(path);
  return bytes === undefined ? { state: "absent" } : { state: "file", digest: digestBytes(bytes) };
}

export function same(a: Expected, b: Expected): boolean {
  if (a.state === "file") return b.state === "file" && a.digest === b.digest;
  if (a.state === "link") return b.state === "link" && a.target === b.target;
  return b.state === "absent";
}
