import { createHash } from "node:crypto";
import type { Plugin, PluginServer, PluginService } from "../manifest/plugin.ts";
import type { LockedPlugin } from "../manifest/lock.ts";
import type { Tree } from "../sources/tree.ts";

/** What is known of a plugin when it is shown what it can do. */
export interface Described {
  readonly plugin: Plugin;
  readonly skills: readonly { readonly name: string }[];
  readonly instructions: readonly { readonly path: string }[];
}

/**
 * What a plugin can do on this machine, a line each, sorted: what it runs, what it may reach, what it wants to know, what it tells
 * the agents. Equal plugins give equal lines; no value of a variable is among them.
 */
export function grantsOf(described: Described, locked: LockedPlugin, tree: Tree | undefined): readonly string[] {
  const { plugin, skills, instructions } = described;
  const lines = [
    ...Object.entries(plugin.lifecycle).map(([name, command]) => `runs on ${name}: ${oneLine(command)}`),
    ...dataLines(plugin.data),
    ...(plugin.service === undefined ? [] : serviceLines(plugin.service)),
    ...plugin.servers.flatMap((server) => serverLines(server, locked)),
    ...plugin.ports.map(({ port, name }) => `port ${port}${name === undefined ? "" : ` (${name})`}`),
    ...plugin.envVars.map(({ name, secret, required }) => `reads ${name}${words({ secret, required })}`),
    ...skills.map(({ name }) => `tells agents: skill ${name}`),
    ...instructions.map(({ path }) => `tells agents: instructions ${path}`),
    ...(tree === undefined ? [] : scriptLines(tree, plugin.service === undefined ? [] : startedBy(plugin.service))),
    ...(runsSomething(plugin) ? [reach(plugin)] : []),
  ];
  return [...new Set(lines.map(visible))].sort();
}

function dataLines(data: Plugin["data"]): readonly string[] {
  if (data?.backup === undefined || data.restore === undefined) return [];
  return [`runs on backup: ${oneLine(data.backup)}`, `runs on restore: ${oneLine(data.restore)}`];
}

function serviceLines(service: PluginService): readonly string[] {
  const { type, command, args = [], image, composeFile, unitName, label, volumes = [], health } = service;
  const what = command ?? image ?? composeFile ?? unitName ?? label;
  return [
    `service (${type})${what === undefined ? "" : `: ${oneLine([what, ...args].join(" "))}`}`,
    ...volumes.map((volume) => `service mounts ${oneLine(volume)}`),
    ...(health?.command === undefined ? [] : [`runs on health check: ${oneLine(health.command)}`]),
    ...(health?.http === undefined ? [] : [`health check asks ${oneLine(health.http)}`]),
    ...(health?.mcp === undefined ? [] : [`health check asks ${oneLine(health.mcp)}`]),
  ];
}

/** Files that say what others start: Docker, systemd, launchd. */
function startedBy({ composeFile, type, unitName, label }: PluginService): readonly string[] {
  if (type === "docker-compose") return composeFile === undefined ? COMPOSE_NAMES : [composeFile];
  if (type === "launchd") return [`${label}.plist`];
  return unitName === undefined ? [] : [unitName, unitName.replace(/\.[a-z]+$/, ".service")];
}

/** As Compose looks for them. */
const COMPOSE_NAMES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

function serverLines(server: PluginServer, { programs }: LockedPlugin): readonly string[] {
  if (server.transport !== "stdio") return [`server ${server.id}: connects to ${oneLine(server.url)}`];
  const started = `server ${server.id}: runs ${oneLine([server.command, ...server.args].join(" "))}`;
  const pin = programs?.[server.id];
  const scripts = pin?.type === "npm" ? (pin.scripts ?? []) : [];
  return [
    started,
    ...scripts.map((name) => `server ${server.id}: ${name} has an install script (not run unless policy says so)`),
  ];
}

function words(flags: Readonly<Record<string, boolean>>): string {
  const named = Object.keys(flags).filter((name) => flags[name]);
  return named.length === 0 ? "" : ` (${named.join(", ")})`;
}

/** What could be run: by its x bit, or by its name. */
function scriptLines({ entries }: Tree, named: readonly string[]): readonly string[] {
  const others = named.map((path) => path.replace(/^\.\//, ""));
  const scripts = entries.flatMap((entry): readonly Script[] => {
    if (entry.type !== "file") return [];
    return entry.executable || SCRIPT.test(entry.path) || others.includes(entry.path) ? [entry] : [];
  });
  return scripts.length > READABLE ? folded(scripts) : scripts.map(scriptLine);
}

type Script = Pick<Extract<Tree["entries"][number], { type: "file" }>, "path" | "sha256">;

/** More than a person reads line by line: one line for each folder at the top that holds many. */
const READABLE = 40;
const MANY = 10;

function folded(scripts: readonly Script[]): readonly string[] {
  const tops = new Map<string, Script[]>();
  for (const script of scripts) {
    const top = script.path.split("/", 1)[0] ?? "";
    const inside = tops.get(top);
    if (inside === undefined) tops.set(top, [script]);
    else inside.push(script);
  }
  return [...tops].flatMap(([top, inside]) => {
    if (inside.length < MANY) return inside.map(scriptLine);
    const listed = inside.map(({ path, sha256 }) => `${path}\0${sha256}`).sort();
    const digest = createHash("sha256").update(listed.join("\n")).digest("hex");
    return [`${inside.length} scripts in ${top}/: sha256 ${digest.slice(0, 16)}`];
  });
}

function scriptLine({ path, sha256 }: Script): string {
  return `script ${path}: sha256 ${sha256.slice(0, 16)}`;
}

const SCRIPT = /\.(sh|bash|zsh|fish|py|js|mjs|cjs|ts|rb|pl|ps1|bat|cmd|exe)$/i;

function runsSomething({ lifecycle, service, servers, data }: Plugin): boolean {
  const commands = Object.keys(lifecycle).some((name) => name !== "health_endpoint");
  return (
    commands ||
    data?.backup !== undefined ||
    service !== undefined ||
    servers.some(({ transport }) => transport === "stdio")
  );
}

/** MCP servers are started by the clients, with all that the user can reach. */
function reach({ isolation, servers }: Plugin): string {
  const hasServers = servers.some(({ transport }) => transport === "stdio");
  if (isolation === undefined || isolation.level === "none") return "reaches: your files and the network";
  const rest = hasServers ? "; its MCP servers: your files and the network" : "";
  if (isolation.level === "limits")
    return `reaches: your files and the network${rest === "" ? "" : ", its MCP servers too"}`;
  const network = isolation.network === "deny" ? "no network" : "the network";
  return `reaches: its own folder and ${network}${isolation.required === true ? " (required)" : " (where this machine can do it)"}${rest}`;
}

/** What a terminal would obey, or not show, is shown: nobody says yes to what he cannot see. */
function visible(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
