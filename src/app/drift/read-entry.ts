import type { McpSupport } from "../../clients/client.ts";
import { equal, isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Scope, Server, Value } from "../../core/server.ts";
import { view } from "../../primitives/view.ts";

/** What a client's entry says, in atk's words. */
export interface ReadEntry {
  readonly server: Server;
  /** Tools that the entry allows or denies by name. */
  readonly tools?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] };
  /** Keys that mean something to the client and that the manifest has no words for. */
  readonly unsaid: readonly string[];
}

/**
 * A client's entry read back as a server: the other way of `spell`. Of several readings the one is taken that is spelled
 * as the entry is; undefined: it names neither a program nor an address.
 */
export function readEntry(id: string, entry: JsonObject, mcp: McpSupport, scope: Scope): ReadEntry | undefined {
  const { transport: nested, ...outer } = entry;
  const inner = isObject(nested) ? { ...outer, ...nested } : entry;
  const readings = readingsOf(id, inner, mcp.reference !== undefined);
  const shape = { id: "", owned: mcp.owned, defaults: mcp.defaults ?? {} };
  const says = (server: Server): JsonObject | undefined => {
    if (!mcp.transports.includes(server.transport) || (mcp.check?.(server, scope) ?? []).length > 0) return undefined;
    return view(mcp.spell(server, scope), shape) as JsonObject;
  };
  const found = view(entry, shape) as JsonObject;
  const exact = readings.find((server) => {
    const said = says(server);
    return said !== undefined && equal(said, found);
  });
  const server = exact ?? readings[0];
  if (server === undefined) return undefined;
  const said = exact === undefined ? (says(server) ?? {}) : found;
  const unsaid = Object.keys(found).filter((key) => !isSaid(key, found, said));
  return { server, unsaid, ...toolsIn(entry, mcp) };
}

/** A key says the same in both, or atk has another key for what was read from it. */
function isSaid(key: string, found: JsonObject, said: JsonObject): boolean {
  const [theirs, ours] = [found[key], said[key]];
  if (theirs === undefined || key === "type") return true;
  return ours === undefined ? UNDERSTOOD.has(key) : equal(theirs, ours);
}

/** Keys whose meaning is in the server that was read. */
const UNDERSTOOD: ReadonlySet<string> = new Set(
  [
    "type name transport command cmd args cwd",
    "env envs environment env_vars env_keys",
    "url uri serverUrl httpUrl",
    "headers http_headers env_http_headers bearer_token_env_var requestOptions",
  ].flatMap((keys) => keys.split(" ")),
);

/** Whether something in a client's map is a server at all: some clients keep built-in things beside them. */
export function isServerEntry(entry: Json | undefined): boolean {
  if (!isObject(entry)) return false;
  const inner = isObject(entry["transport"]) ? entry["transport"] : entry;
  return wordsIn(inner) !== undefined || addressIn(inner) !== undefined;
}

function readingsOf(id: string, entry: JsonObject, knowsReferences: boolean): readonly Server[] {
  const words = wordsIn(entry);
  const address = addressIn(entry);
  const ways = knowsReferences ? [...REFERENCES.map(referring), literally] : [literally];
  if (words !== undefined) {
    const [command = "", ...args] = words;
    const { cwd } = entry;
    const place = typeof cwd === "string" && cwd !== "" ? { cwd } : {};
    const spellings = [
      { command, args },
      { command: unquoted(command), args: args.map(unquoted) },
    ];
    return spellings.flatMap((said) =>
      ways.map((read) => ({ id, transport: "stdio", ...said, env: variablesIn(entry, read), ...place })),
    );
  }
  if (address === undefined) return [];
  return transportsOf(entry).flatMap((transport) =>
    ways.map((read): Server => ({ id, transport, url: address, headers: headersIn(entry, read) })),
  );
}

function wordsIn(entry: JsonObject): readonly string[] | undefined {
  const command = entry["command"] ?? entry["cmd"];
  const args = texts(entry["args"]);
  if (typeof command === "string" && command !== "") return [command, ...args];
  const words = texts(command);
  return words.length === 0 ? undefined : [...words, ...args];
}

/** The other way of clients/shell-quote.ts, for a client that hands its words to a shell. */
function unquoted(word: string): string {
  return /^'.*'$/s.test(word) ? word.slice(1, -1).replaceAll(`'\\''`, "'") : word;
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value)
    ? (value as readonly Json[]).map((each) => (typeof each === "string" ? each : String(each)))
    : [];
}

function addressIn(entry: JsonObject): string | undefined {
  const found = ["serverUrl", "httpUrl", "url", "uri"].map((key) => entry[key]);
  return found.find((value): value is string => typeof value === "string" && value !== "");
}

function transportsOf(entry: JsonObject): readonly ("http" | "sse")[] {
  const { type } = entry;
  return typeof type === "string" && /sse/i.test(type) ? ["sse", "http"] : ["http", "sse"];
}

type ReadValue = (text: string) => Value;

/** The ways in which clients refer to a variable; a client knows one of them, and the others are plain text to it. */
const REFERENCES = [
  /^([^${}]*)\$\{(\w+)\}$/,
  /^([^${}]*)\$\{env:(\w+)\}$/,
  /^([^${}]*)\{env:(\w+)\}$/,
  /^([^${}]*)\$\{\{\s*secrets\.(\w+)\s*\}\}$/,
];

const literally: ReadValue = (text) => text;

function referring(spelled: RegExp): ReadValue {
  return (text) => {
    const [, prefix = "", env] = spelled.exec(text) ?? [];
    if (env === undefined) return text;
    return prefix === "" ? { env } : { env, prefix };
  };
}

function variablesIn(entry: JsonObject, read: ReadValue): Record<string, Value> {
  const named = [...texts(entry["env_vars"]), ...texts(entry["env_keys"])].map((env) => [env, { env }] as const);
  const maps = ["env", "envs", "environment"].map((key) => entry[key]).filter(isObject);
  return Object.fromEntries([...named, ...maps.flatMap((map) => valuesOf(map, read))]);
}

function headersIn(entry: JsonObject, read: ReadValue): Record<string, Value> {
  const options = entry["requestOptions"];
  const maps = [entry["headers"], entry["http_headers"], isObject(options) ? options["headers"] : undefined];
  const named = isObject(entry["env_http_headers"]) ? Object.entries(entry["env_http_headers"]) : [];
  const bearer = entry["bearer_token_env_var"];
  return Object.fromEntries([
    ...(typeof bearer === "string" ? [["Authorization", { env: bearer, prefix: "Bearer " }] as const] : []),
    ...named.flatMap(([key, env]) => (typeof env === "string" ? [[key, { env }] as const] : [])),
    ...maps.filter(isObject).flatMap((map) => valuesOf(map, read)),
  ]);
}

function valuesOf(map: JsonObject, read: ReadValue): readonly (readonly [string, Value])[] {
  return Object.entries(map).map(([key, value]) => [key, typeof value === "string" ? read(value) : String(value)]);
}

function toolsIn(entry: JsonObject, { tools }: McpSupport): Pick<ReadEntry, "tools"> {
  const listed = (key: string | undefined): readonly string[] | undefined =>
    key === undefined || !Array.isArray(entry[key]) ? undefined : texts(entry[key]);
  const allow = listed(tools?.allow)?.filter((name) => name !== "*");
  const deny = listed(tools?.deny);
  const found = {
    ...(allow === undefined || allow.length === 0 ? {} : { allow }),
    ...(deny === undefined || deny.length === 0 ? {} : { deny }),
  };
  return Object.keys(found).length === 0 ? {} : { tools: found };
}
