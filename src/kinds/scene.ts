import type { Client } from "../clients/client.ts";
import type { Problem } from "../core/errors.ts";
import type { ReadHost } from "../core/host.ts";
import type { Resource } from "../core/resource.ts";
import type { Scope } from "../core/server.ts";

/** Everything a kind needs to know about the machine to compile a declaration; gathered before, so compiling is pure. */
export interface Scene {
  readonly scope: Scope;
  /** Directory of the manifest. */
  readonly directory: string;
  readonly machine: ReadHost["machine"];
  /** The clients that are wired, by id, with the paths of their files on this machine. */
  readonly agents: Readonly<Record<string, WiredClient>>;
  /** Command and first arguments that start atk itself, for entries that need its launcher. */
  readonly launcher: readonly string[];
}

export interface WiredClient {
  readonly client: Client;
  readonly mcpFile?: string;
  /** The user's own file, where it has servers of single projects. */
  readonly localFile?: string;
  readonly skillsFolder?: string;
  readonly instructionsPath?: string;
}

/** What a declaration means, and what could not be said to some client. */
export interface Compiled {
  readonly resources: readonly Resource[];
  readonly refusals: readonly Refusal[];
  readonly notices: readonly Remark[];
}

/** A resource that cannot be made here; what is recorded under its address is left alone. */
export interface Refusal {
  readonly address: string;
  readonly noun: Resource["noun"];
  readonly owner: string;
  readonly agents: readonly string[];
  readonly problem: { readonly code: string } & Problem;
  /** The entry as a whole could not be understood: nothing that is recorded for it is touched. */
  readonly whole?: true;
}

export interface Remark {
  readonly agent?: string;
  readonly owner?: string;
  readonly message: string;
  readonly hint?: string;
}

export function joinCompiled(parts: readonly Compiled[]): Compiled {
  return {
    resources: parts.flatMap((part) => part.resources),
    refusals: parts.flatMap((part) => part.refusals),
    notices: parts.flatMap((part) => part.notices),
  };
}
