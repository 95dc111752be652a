import type { JsonObject } from "../../core/json.ts";
import { asText, asWord, isMapAt, items, member, members, textAt, type Part } from "./json-file.ts";
import { listed, slugOf } from "./layout.ts";
import type { Settings } from "./user-config.ts";
import { checkVariableName, inPlugin, looksSecret, replaceBraces, type Variables } from "./variables.ts";

export interface Servers {
  /** By id, as `mcp_servers` has them. */
  readonly servers: ReadonlyMap<string, JsonObject>;
  readonly remarks: readonly string[];
}

export interface Words {
  readonly settings: Settings;
  readonly variables: Variables;
}

/**
 * The servers of a `.mcp.json`: `mcpServers`, or the map itself, as Claude Code takes it for plugins.
 * (Claude Code docs, MCP and plugins reference, read 2026-11)
 */
export function readServers(root: Part, words: Words): Servers {
  const map = isMapAt(root, "mcpServers") ? (member(root, "mcpServers") ?? root) : root;
  const servers = new Map<string, JsonObject>();
  const remarks: string[] = [];
  for (const [name, part] of members(map)) {
    const id = slugOf(name);
    if (id === "") throw part.fault("has a name without any letters or digits");
    if (servers.has(id)) throw part.fault(`would be called ${id}, and so would another server`);
    const server = readServer(name, part, { ...words, remarks });
    if (server !== undefined) servers.set(id, server);
  }
  return { servers, remarks };
}

interface Reading extends Words {
  readonly remarks: string[];
}

const LOCAL = ["type", "command", "args", "env", "cwd"];
const REMOTE = ["type", "url", "headers"];

function readServer(name: string, part: Part, reading: Reading): JsonObject | undefined {
  const type = textAt(part, "type") ?? (member(part, "url") === undefined ? "stdio" : "http");
  const isLocal = type === "stdio";
  const others = members(part).flatMap(([key]) => ((isLocal ? LOCAL : REMOTE).includes(key) ? [] : [key]));
  if (others.length > 0) reading.remarks.push(`${listed(others)} of the server ${name}: left out.`);
  if (isLocal) return localServer(part, reading);
  const transport =
    type === "sse" ? "sse" : ["http", "streamable-http", "streamableHttp"].includes(type) ? "http" : undefined;
  if (transport === undefined) {
    reading.remarks.push(`the server ${name} is left out: atk knows no servers of type ${type}.`);
    return undefined;
  }
  return { transport, ...remote(part, reading) };
}

function localServer(part: Part, reading: Reading): JsonObject {
  const command = member(part, "command");
  if (command === undefined || command.value === "") throw part.fault("must have a command or a url");
  const [args, env, cwd] = [member(part, "args"), member(part, "env"), member(part, "cwd")];
  const variables =
    env === undefined
      ? []
      : members(env).map(([key, value]) => [checkVariableName(key, value), text(value, reading)] as const);
  return {
    transport: "stdio",
    command: text(command, reading),
    ...(args === undefined ? {} : { args: items(args).map((each) => text(each, reading)) }),
    ...(variables.length === 0 ? {} : { env: Object.fromEntries(variables) }),
    ...(cwd === undefined ? {} : { cwd: text(cwd, reading) }),
  };
}

function remote(part: Part, reading: Reading): JsonObject {
  const url = member(part, "url");
  if (url === undefined) throw part.fault("must have a url");
  if (!/^(https?:\/\/|\$\{)/.test(asText(url))) throw url.fault("must begin with https:// or http://");
  const headers = member(part, "headers");
  const lines =
    headers === undefined
      ? []
      : members(headers).map(([key, value]) => [headerName(key, value), text(value, reading)] as const);
  return { url: text(url, reading), ...(lines.length === 0 ? {} : { headers: Object.fromEntries(lines) }) };
}

function headerName(name: string, part: Part): string {
  if (/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return name;
  throw part.fault("is not the name of an HTTP header");
}

/** `${CLAUDE_PLUGIN_ROOT}`, `${user_config.KEY}`, `${NAME}` and `${NAME:-default}`, each as a plugin says it. */
function text(part: Part, { settings, variables, remarks }: Reading): string {
  return replaceBraces(asWord(part), (inside, rest) => {
    if (inside === "CLAUDE_PLUGIN_ROOT") return inPlugin(rest);
    // custom/ is the user's: it outlives every new version of the plugin.
    if (inside === "CLAUDE_PLUGIN_DATA") return `${inPlugin("/")}/custom/data`;
    if (inside === "CLAUDE_PROJECT_DIR") {
      remarks.push("${CLAUDE_PROJECT_DIR} is known only to Claude Code; the server gets `.` instead.");
      return ".";
    }
    const key = /^user_config\.(.+)$/.exec(inside)?.[1];
    if (key !== undefined) return `\${${settings.nameOf(key, part)}}`;
    const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(:-[\s\S]*)?$/.exec(inside) ?? [];
    if (name === undefined) return undefined;
    const known = name.toUpperCase();
    variables.add({ name: known, required: fallback === undefined, secret: looksSecret(known) });
    return `\${${known}${fallback ?? ""}}`;
  });
}
