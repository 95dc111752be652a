import type { Json, JsonObject } from "../core/json.ts";
import type { Server, Transport } from "../core/server.ts";
import type { McpSupport } from "./client.ts";
import { cwdFaults, expansionFaults, plainFaults, referenceFaults, type Expansion } from "./faults.ts";
import { spellValues, unlessEmpty, type Refer, type RemoteServer, type StdioServer } from "./spell.ts";

/** What distinguishes the clients that write `{ command, args, env }` and `{ url, headers }`. */
export interface Dialect {
  /** Name of the client in messages. */
  readonly client: string;
  /** The `type` of an entry; a transport without one has no such key. */
  readonly types?: Partial<Record<Transport, string>>;
  /** The key of the address; default `url`. */
  readonly urlKey?: Partial<Record<RemoteServer["transport"], string>>;
  /** What every entry carries besides. */
  readonly extra?: JsonObject;
  /** The key of the working directory; absent: the client has none. */
  readonly cwdKey?: string;
  /** How a variable is referred to, and where that is sure to be expanded. */
  readonly references?: { readonly spelled: Refer; readonly in: readonly ("env" | "headers")[] };
  /** Literal text that would be expanded, wherever that is possible: refused. */
  readonly expansions?: readonly Expansion[];
  /** Owned keys with the value that means the same as absent; empty args, env and headers always are. */
  readonly defaults?: Readonly<Record<string, Json>>;
  /** Rules of this client alone. */
  readonly faults?: (server: Server) => readonly string[];
}

/** The part of a record that follows from its dialect. */
export type Spoken = Pick<McpSupport, "spell" | "owned" | "defaults" | "check" | "reference">;

/** Spelling, owned keys, defaults and checks of a client that differs from the others only in words. */
export function speak(dialect: Dialect): Spoken {
  return {
    spell: (server) => (server.transport === "stdio" ? spellStdio(server, dialect) : spellRemote(server, dialect)),
    owned: ownedKeys(dialect),
    defaults: { args: [], env: {}, headers: {}, ...dialect.defaults },
    check: (server) => faultsOf(server, dialect),
    ...(dialect.references === undefined ? {} : { reference: { in: dialect.references.in } }),
  };
}

function spellStdio(server: StdioServer, { types, references, cwdKey, extra }: Dialect): JsonObject {
  return {
    ...typed(types?.stdio),
    command: server.command,
    args: server.args,
    ...unlessEmpty("env", spellValues(server.env, references?.spelled)),
    ...(server.cwd === undefined || cwdKey === undefined ? {} : { [cwdKey]: server.cwd }),
    ...extra,
  };
}

function spellRemote(server: RemoteServer, { types, references, urlKey, extra }: Dialect): JsonObject {
  return {
    ...typed(types?.[server.transport]),
    [urlKey?.[server.transport] ?? "url"]: server.url,
    ...unlessEmpty("headers", spellValues(server.headers, references?.spelled)),
    ...extra,
  };
}

function typed(type: string | undefined): JsonObject {
  return type === undefined ? {} : { type };
}

function ownedKeys({ types, urlKey, extra, cwdKey }: Dialect): readonly string[] {
  const keys = [
    "command",
    "args",
    "env",
    "url",
    "headers",
    ...Object.values(urlKey ?? {}),
    ...Object.keys(extra ?? {}),
  ];
  if (types !== undefined) keys.push("type");
  if (cwdKey !== undefined) keys.push(cwdKey);
  return [...new Set(keys)];
}

function faultsOf(server: Server, { client, references, expansions, cwdKey, faults }: Dialect): readonly string[] {
  return [
    ...plainFaults(server),
    ...referenceFaults(client, server, references?.in ?? []),
    ...expansionFaults(client, server, expansions ?? []),
    ...(cwdKey === undefined ? cwdFaults(client, server) : []),
    ...(faults?.(server) ?? []),
  ];
}
