import type { Source } from "./manifest.ts";

/** What one plugin was resolved to. Everything that is needed to fetch and check it again on another machine. */
export interface LockedPlugin {
  /** The manifest's source that this answers: when it differs, the entry is out of date. */
  readonly source: Source;
  /** Digest of the whole tree, `sha256-<hex>`; see sources/tree.ts for what it covers. */
  readonly integrity: string;
  /** Exact version (registry, npm). */
  readonly version?: string;
  /** Exact commit (git): 40 or 64 hex digits. */
  readonly commit?: string;
  /** Integrity of the published package (npm), as the registry states it: `sha512-<base64>`. */
  readonly packageIntegrity?: string;
  /** Files of the tree, sorted, for local plugins: what else lies in the folder is data. */
  readonly files?: readonly string[];
}

export interface Lock {
  readonly lockVersion: 1;
  readonly plugins: Readonly<Record<string, LockedPlugin>>;
}
