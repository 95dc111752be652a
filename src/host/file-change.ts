/** What a change expects to find at a path just before it is made; anything else means the machine moved. */
export type Expected =
  | { readonly state: "absent" }
  /** Digest of the bytes (`digestBytes`). */
  | { readonly state: "file"; readonly digest: string }
  | { readonly state: "link"; readonly target: string };

/**
 * One change of the file system, complete in itself. Parent directories are made as needed.
 * A `write` or `remove` through a symbolic link changes the file the link points to and keeps the link;
 * one that expects the link itself (`state: "link"`) replaces or removes the link.
 */
export type FileChange =
  | {
      readonly type: "write";
      readonly path: string;
      readonly bytes: Uint8Array;
      /** Permission bits for a new file; an existing file keeps its own unless `forceMode`. */
      readonly mode: number;
      readonly forceMode?: boolean;
      readonly expected: Expected;
    }
  | { readonly type: "link"; readonly path: string; readonly target: string; readonly expected: Expected }
  | { readonly type: "remove"; readonly path: string; readonly expected: Expected }
  /** Taken away at the end when empty; else left. */
  | { readonly type: "remove-directory"; readonly path: string };
