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
    const now = await lookAt(each.path, look);
    if (each.when !== undefined && !same(now, each.when)) continue;
    changes = [...changes.filter(({ path }) => path !== each.path), ...changeTo(each, now)];
    if (!each.isOwn) files = { ...files, [each.path]: each.record };
  }
  return { changes, files };
}

function changeTo({ path, to }: ExactFile, now: Expected): readonly FileChange[] {
  if (to.state === "absent") return now.state === "absent" ? [] : [{ type: "remove", path, expected: now }];
  if (to.state === "link") return [{ type: "link", path, target: to.target, expected: now }];
  return [{ type: "write", path, bytes: to.bytes, mode: to.mode, forceMode: true, expected: now }];
}

/** What is at a path now, links followed except where they lead nowhere: as the changes of a run expect it. */
export async function lookAt(path: string, look: Look): Promise<Expected> {
  const bytes = await look.bytes(path);
  if (bytes !== undefined) return { state: "file", digest: digestBytes(bytes) };
  const stat = await look.stat(path);
  return stat?.type === "link"
    ? { state: "link", target: (await look.files.readLink(path)) ?? "" }
    : { state: "absent" };
}

export function same(a: Expected, b: Expected): boolean {
  if (a.state === "file") return b.state === "file" && a.digest === b.digest;
  if (a.state === "link") return b.state === "link" && a.target === b.target;
  return b.state === "absent";
}
