import type { Expected } from "../host/file-change.ts";

/** What is at a path: the same words as what a change expects there. */
export type Snapshot = Expected;

/**
 * One change of the file system as the journal keeps it: only paths, digests and permission bits, never content.
 * `before` and `after` tell, whenever atk was stopped, whether the step was done already, is still to do, or somebody else came between.
 * The digests are plain SHA-256: they are never shown, and the journal lies in a directory that only its owner can enter,
 * beside the originals themselves.
 */
export type Step =
  /** A new file or link, staged beside `path`, is renamed over it. */
  | {
      readonly type: "put";
      readonly path: string;
      readonly staged: string;
      readonly before: Snapshot;
      readonly after: Snapshot;
      readonly original?: Original;
    }
  | {
      readonly type: "remove";
      readonly path: string;
      /** Name beside `path` that is used when it is put back. */
      readonly staged: string;
      readonly before: Snapshot;
      readonly original?: Original;
    }
  /** The content is right and only the permission bits change. */
  | { readonly type: "mode"; readonly path: string; readonly from: number; readonly to: number }
  | { readonly type: "make-directory"; readonly path: string; readonly mode: number }
  | { readonly type: "remove-directory"; readonly path: string; readonly mode: number };

/** Where the file that was there before is kept until the transaction is closed, and its permission bits. */
export interface Original {
  readonly file: string;
  readonly mode: number;
}

export type PutStep = Extract<Step, { type: "put" }>;
export type RemoveStep = Extract<Step, { type: "remove" }>;

export function sameSnapshot(a: Snapshot, b: Snapshot): boolean {
  if (a.state === "file") return b.state === "file" && a.digest === b.digest;
  if (a.state === "link") return b.state === "link" && a.target === b.target;
  return b.state === "absent";
}
