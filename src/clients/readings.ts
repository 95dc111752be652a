import { isObject, type Json, type JsonObject } from "../core/json.ts";
import type { Server, Transport, Value } from "../core/server.ts";

/**
 * What an entry of a client's file may mean, likeliest first. All clients' words are tried at once: which of the readings is right
 * is told by spelling each again and comparing. Pure.
 */
export function readings(id: string, entry: JsonObject, transports: readonly Transport[]): readonly Server[] {
  const body = isObject(entry["transport"]) ? entry["transport"] : entry;
  const styles = STYLES.map((style) => (text: string) => readValue(text, style));
  const all = styles.flatMap((read) => [...localServers(id, body, read), ...remoteServers(id, body, transports, read)]);
  return all.filter(({ transport }) => transports.includes(transport));
}

type Read = (text: string) => Value;

const NAME = "([A-Za-z_][A-Za-z0-9_]*)";

/** How variables are referred to: one way in one file. The last: not at all. */
const STYLES: readonly (RegExp | undefined)[] = [
  new RegExp(`^([^\${}]*)\\$\\{${NAME}\\}$`),
  new RegExp(`^([^\${}]*)\\$\\{env:${NAME}\\}$`),
  new RegExp(`^([^\${}]*)\\{env:${NAME}\\}$`),
  new RegExp(`^([^\${}]*)\\$\\{\\{ secrets\\.${NAME} \\}\\}$`),
  undefined,
];

function readValue(text: string, style: RegExp | undefined): Value {
  const [, prefix = "", env] = style?.exec(text) ?? [];
  if (env === undefined) return text;
  return prefix === "" ? { env } : { env, prefix };
}

function localServers(id: string, body: JsonObject, read: Read): readonly Server[] {
  const words = wordsOf(body);
  const env = valuesIn(body, ["env", "environment", "envs"], read);
  if (words === undefined || env === undefined) return [];
  const handedOn = [...listOf(body["env_vars"]), ...listOf(body["env_keys"])].map(
    (name) => [name, { env: name }] as const,
  );
  const { cwd } = body;
  const place = typeof cwd === "string" ? { cwd } : {};
  const common = { id, transport: "stdio", env: { ...Object.fromEntries(handedOn), ...env }, ...place } as const;
  const unquoted = words.map(withoutQuotes);
  const isQuoted = unquoted.some((word, index) => word !== words[index]);
  return (isQuoted ? [words, unquoted] : [words]).map(([command = "", ...args]) => ({ ...common, command, args }));
}

/** Command and arguments, which some clients write as one list. */
function wordsOf(body: JsonObject): readonly string[] | undefined {
  const command = body["command"] ?? body["cmd"];
  const words = Array.isArray(command) ? command : [command, ...listed(body["args"])];
  return words.every((word): word is string => typeof word === "string") && words.length > 0 ? words : undefined;
}

function remoteServers(id: string, body: JsonObject, transports: readonly Transport[], read: Read): readonly Server[] {
  const url = ["url", "httpUrl", "serverUrl", "uri"].map((key) => body[key]).find((found) => typeof found === "string");
  const options = isObject(body["requestOptions"]) ? body["requestOptions"] : {};
  const headers = valuesIn({ ...options, ...body }, ["headers", "http_headers"], read);
  const named = valuesIn(body, ["env_http_headers"], (env) => ({ env }));
  if (typeof url !== "string" || headers === undefined || named === undefined) return [];
  const token = body["bearer_token_env_var"];
  const bearer = typeof token === "string" ? { Authorization: { env: token, prefix: "Bearer " } } : {};
  return transports
    .filter((transport) => transport !== "stdio")
    .map((transport) => ({ id, transport, url, headers: { ...headers, ...named, ...bearer } }));
}

/** The maps under these keys as one; undefined where something in them is no text. */
function valuesIn(body: JsonObject, keys: readonly string[], read: Read): Readonly<Record<string, Value>> | undefined {
  const maps = keys.map((key) => body[key]).filter(isObject);
  const entries = maps.flatMap((map) => Object.entries(map));
  if (entries.some(([, value]) => typeof value !== "string")) return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key, read(String(value))]));
}

function listed(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function listOf(value: Json | undefined): readonly string[] {
  return listed(value).filter((item) => typeof item === "string");
}

/** The word that `quoteForShell` made this of. */
function withoutQuotes(word: string): string {
  return /^'.*'$/s.test(word) ? word.slice(1, -1).replaceAll(`'\\''`, "'") : word;
}
