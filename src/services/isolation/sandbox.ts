/** A folder or file of the machine and where it is seen inside. Absolute paths without links. */
export interface Mount {
  readonly source: string;
  readonly target: string;
}

/** What one plugin sees of the file system, worked out by `prepareSandbox`. Absolute paths without links. */
export interface Sandbox {
  /** The user's home, replaced by a private one; absent where it is the root folder. */
  readonly home?: string;
  /** What is seen as the home; absent: an empty folder in memory that ends with the program. */
  readonly keptHome?: string;
  /** Seen read-only although it lies in what is replaced: programs and their libraries, the system's resolver. */
  readonly shown: readonly Mount[];
  /** Links made again in what is replaced: other names of the home and the plugin, which variables and commands use. */
  readonly links: readonly Mount[];
  /** atk's own secrets and other plugins, wherever else they are seen: empty. */
  readonly masked: readonly { readonly path: string; readonly type: "directory" | "file" }[];
  readonly plugin: string;
  readonly writable: readonly string[];
  /** Folders of the plugin that speak to what is outside (the user's overrides, git's hooks): never written. */
  readonly sealed: readonly { readonly path: string; readonly exists: boolean }[];
}
