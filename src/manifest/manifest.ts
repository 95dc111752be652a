import type { Json } from "../core/json.ts";
import type { SecretReference } from "../core/secret-reference.ts";
import type { DeclaredIsolation } from "./plugin.ts";
import type { Place } from "../core/errors.ts";
import type { BackupEntry, BackupTarget, IgnoredDrift, MachineEntry, SyncEntry, UnattendedChange } from "./upkeep.ts";

/** A value in the manifest: clear text, or where it is kept, with text before it. */
export type ManifestValue = string | (SecretReference & { readonly prefix?: string });

/** How clients get the secrets of an entry; see the schema. */
export type SecretsIn = "launcher" | "references" | "prompts" | "inline";

/** Where an entry applies. Every named condition must hold; a list is "one of". */
export interface When {
  readonly os?: readonly ("linux" | "darwin" | "windows")[];
  readonly arch?: readonly string[];
  readonly host?: readonly string[];
  readonly tags?: readonly string[];
  /** Names of the machines section, or the name this machine was given. */
  readonly machine?: readonly string[];
}

export type Source =
  | { readonly type: "registry"; readonly version?: string; readonly registry?: string }
  | {
      readonly type: "git";
      readonly url: string;
      readonly ref?: string;
      readonly path?: string;
      readonly signed?: boolean;
    }
  | { readonly type: "npm"; readonly package: string; readonly version?: string }
  | { readonly type: "local"; readonly path: string; readonly link?: boolean }
  | { readonly type: "archive"; readonly url: string; readonly sha256?: string; readonly path?: string }
  | { readonly type: "oci"; readonly image: string }
  | { readonly type: "mcp-registry"; readonly server: string; readonly version?: string };

/** Names of tools, `*` for any text. Denied wins. */
export interface ToolFilter {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** A registry of plugins beside the built-in one. */
export interface RegistryEntry {
  readonly name: string;
  /** A git address, or a folder relative to the manifest. */
  readonly url: string;
  readonly ref?: string;
  /** Higher is asked first; the built-in one has 0. */
  readonly priority: number;
  /** minisign public key that must have signed the index. */
  readonly key?: string;
}

export type PolicyWord = "allow" | "warn" | "deny";

/** What may come onto the machines of this manifest, defaults filled in. */
export interface Policy {
  /** Undefined: all. Patterns `type` or `type:text with *`. */
  readonly sources?: readonly string[];
  readonly maturity?: "ai-generated" | "community" | "verified";
  readonly signed: boolean;
  readonly deniedCommands: readonly string[];
  readonly unpinned: PolicyWord;
  readonly minimumReleaseAgeMs: number;
  readonly installScripts: readonly string[];
  readonly toolsChanged: PolicyWord;
  readonly hiddenInstructions: PolicyWord;
  readonly maxToolTokens?: number;
  /** What a sync that nobody watches may do. */
  readonly unattended: readonly UnattendedChange[];
}

export interface PluginEntry {
  readonly name: string;
  readonly source: Source;
  /** Undefined: the manifest's default agents. */
  readonly agents?: readonly string[];
  readonly env: Readonly<Record<string, ManifestValue>>;
  /** Where `env` comes from, when `machines` added to it: as the entry has it, and what the machine's entries say. */
  readonly layers?: {
    readonly written: Readonly<Record<string, ManifestValue>>;
    readonly machine: Readonly<Record<string, ManifestValue>>;
  };
  readonly enabled: boolean;
  readonly when?: When;
  /** What the service of the plugin is brought to; undefined: it is started and stopped by hand. */
  readonly service?: "running" | "stopped";
  /** Moved ports, by the name or the number that the plugin declares. */
  readonly ports: Readonly<Record<string, number | "auto">>;
  readonly secrets: SecretsIn;
  /** Takes the place of what the plugin says, word by word. */
  readonly isolation?: DeclaredIsolation;
  readonly tools?: ToolFilter;
  /** The launcher compares the servers' tools with the recorded ones. */
  readonly guard?: boolean;
}

export type ServerDeclaration = (
  | {
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, ManifestValue>>;
      readonly cwd?: string;
    }
  | {
      readonly url: string;
      readonly transport: "http" | "sse";
      readonly headers: Readonly<Record<string, ManifestValue>>;
    }
) & {
  readonly agents?: readonly string[];
  readonly enabled: boolean;
  readonly when?: When;
  readonly secrets: SecretsIn;
  readonly tools?: ToolFilter;
  readonly guard?: boolean;
};

/** A skill folder or an instruction file; the path is relative to the manifest. */
export interface PathEntry {
  readonly path: string;
  /** Skills: agents get a copy of it, never a link. */
  readonly copy?: boolean;
  readonly agents?: readonly string[];
  readonly enabled: boolean;
  readonly when?: When;
}

export interface ManifestConfig {
  readonly autoCommit?: boolean;
  readonly autoPush?: boolean;
}

/** The manifest after parsing: short forms expanded, defaults filled in, order as written. */
export interface Manifest {
  readonly schemaVersion: string;
  readonly agents: readonly string[];
  readonly plugins: readonly PluginEntry[];
  readonly servers: Readonly<Record<string, ServerDeclaration>>;
  readonly skills: readonly PathEntry[];
  readonly instructions: readonly PathEntry[];
  readonly config: ManifestConfig;
  readonly registries: readonly RegistryEntry[];
  readonly policy: Policy;
  /** In the order in which they are written: the later one counts. */
  readonly machines: readonly MachineEntry[];
  readonly sync?: SyncEntry;
  readonly backups: readonly BackupEntry[];
  /** Without `local`, which needs no words. */
  readonly backupTargets: Readonly<Record<string, BackupTarget>>;
  readonly ignoredDrift: readonly IgnoredDrift[];
}

export interface ParsedManifest {
  readonly manifest: Manifest;
  /** Where a value stands, by JSON pointer of the file as written, e.g. "/plugins/2/name". Computed when asked for. */
  place(pointer: string): Place;
  readonly data: Json;
}
