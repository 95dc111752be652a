import { equal, type Json } from "../core/json.ts";
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
  /** SHA-256 of the downloaded file (archive). */
  readonly archiveSha256?: string;
  /** The manifest digest that the tag meant (oci): `sha256:<hex>`. */
  readonly imageDigest?: string;
  /** Address of the registry that had it; absent for the one that ships with atk. */
  readonly origin?: string;
  /** What the registry says of it; absent for plugins from elsewhere. */
  readonly maturity?: "ai-generated" | "community" | "verified";
  /** Who signed the commit or tag, as git names them. */
  readonly signer?: string;
  /** Server id to what exactly its command was pinned to. */
  readonly programs?: Readonly<Record<string, Pin>>;
  /** Server id to the tools it had when they were recorded. */
  readonly tools?: Readonly<Record<string, RecordedTools>>;
  readonly approval?: Approval;
}

/** What exactly a server's command runs. Full dependency trees are in atk.lock.d/npm, found by `tree`. */
export type Pin =
  | {
      readonly type: "npm";
      readonly package: string;
      readonly version: string;
      /** As the npm registry states it. */
      readonly integrity: string;
      /** SHA-256 of the package-lock with everything it depends on. */
      readonly tree: string;
      /** The package's program, when it has several. */
      readonly bin?: string;
      /** Packages of the tree that have install scripts. */
      readonly scripts?: readonly string[];
    }
  | { readonly type: "pypi"; readonly package: string; readonly version: string; readonly tree?: string }
  | { readonly type: "image"; readonly image: string; readonly digest: string }
  | { readonly type: "unpinned"; readonly reason: string };

/** The texts themselves are in atk.lock.d/tools. */
export interface RecordedTools {
  readonly digest: string;
  /** Number of tools. */
  readonly count: number;
  /** What their descriptions take of a model's context. */
  readonly tokens: number;
}

/** Who allowed what a plugin can do. */
export interface Approval {
  /** `user@host`. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Of everything that was shown. */
  readonly digest: string;
  /** What it can do, a line each, sorted. */
  readonly grants: readonly string[];
}

/** What was found out about an entry of mcp_servers. */
export interface LockedServer {
  /** The words of the entry that the pin answers. */
  readonly command?: readonly string[];
  readonly program?: Pin;
  readonly tools?: RecordedTools;
  readonly approval?: Approval;
}

export interface Lock {
  readonly lockVersion: 1;
  readonly plugins: Readonly<Record<string, LockedPlugin>>;
  readonly servers?: Readonly<Record<string, LockedServer>>;
}

/** Whether the locked plugin is for the source that the manifest has now. */
export function answers(locked: LockedPlugin, { source }: { readonly source: Source }): boolean {
  return equal(locked.source as unknown as Json, source as unknown as Json);
}
