/** One thing in an archive. */
export interface Entry {
  /** Forward slashes, no `..`, no slash at the ends: `plugin/data/memory.db`. Bytes that are no UTF-8: see byte-names.ts. */
  readonly path: string;
  /** hard: another name of a file that came before. */
  readonly type: "file" | "directory" | "link" | "hard";
  /** Bytes of the content; 0 for all but files. */
  readonly size: number;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly mtimeMs: number;
  readonly uid: number;
  readonly gid: number;
  /** Where a link points, as written in it; the path of the first name for `hard`. */
  readonly target?: string;
}

/** The same as the list of a backup has it. */
export interface ListedEntry extends Entry {
  /** Which entry of the archive it is, from 0; entries that no line names were written again later. */
  readonly n: number;
  /** Of files: sha256 of the content, hexadecimal. */
  readonly sha256?: string;
  /** It had holes; zeros are not written when it is restored. */
  readonly sparse?: true;
  /** It changed while it was read, every time it was tried. */
  readonly changed?: true;
  /** A copy that SQLite made of a database in use. */
  readonly sqlite?: true;
}
