/** One entry of a plugin's tree. `path` is relative, with forward slashes, checked: no "..", no absolute path, no control characters. */
export type TreeEntry =
  | {
      readonly type: "file";
      readonly path: string;
      readonly executable: boolean;
      readonly sizeBytes: number;
      readonly sha256: string;
    }
  | { readonly type: "link"; readonly path: string; readonly target: string };

/** Content that can be installed: checked, sorted by path, and nothing outside it is ever read. */
export interface Tree {
  readonly entries: readonly TreeEntry[];
  /** `sha256-<hex>` over path, kind, executable bit and content of every entry; the same on every operating system. */
  readonly integrity: string;
  /** The bytes of a file entry; checked against its sha256 again. */
  read(path: string): Promise<Uint8Array>;
}
