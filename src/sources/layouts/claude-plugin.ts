import type { JsonObject } from "../../core/json.ts";
import { about } from "./about.ts";
import { asInsidePath, asText, isMapAt, member, members, oneOrMore, parsePart, type Part } from "./json-file.ts";
import { leftOutOfClaude } from "./claude-left-out.ts";
import { commandsBelow, readCommands, type Command } from "./commands.ts";
import { listed, type Found, type Layout, type Reading } from "./layout.ts";
import { readServers } from "./mcp-config.ts";
import { CLAUDE_MANIFEST as MANIFEST, isClaudePart, skillFoldersIn } from "./fits-layout.ts";
import { readSkills } from "./skills.ts";
import { readSettings } from "./user-config.ts";
import { Variables } from "./variables.ts";

/** A Claude Code plugin that says so itself. (Claude Code docs, plugins reference, read 2026-11) */
export const claudePlugin: Layout = {
  what: `a Claude Code plugin (${MANIFEST})`,
  fits: (paths) => paths.has(MANIFEST),
  read: async (found) => readClaude(await found.json(MANIFEST), found),
};

/** plugin.json is optional: what lies in the usual places is found without it. */
export const claudeFolder: Layout = {
  what: "a Claude Code plugin without plugin.json",
  fits: (paths) => [...paths].some(isClaudePart),
  read: async (found) => readClaude(parsePart("{}", MANIFEST), found),
};

/** Also for an entry of a marketplace, which has the same fields. */
export async function readClaude(manifest: Part, found: Found): Promise<Reading> {
  const skills = await readSkills(skillFolders(manifest, found), found);
  const commands = await readCommands(commandsOf(manifest, found), skills.names, found);
  const { data, remarks } = await serversOf(manifest, found);
  const folders = [...skills.folders.filter((folder) => folder !== "."), ...commands.folders];
  return {
    plugin: { ...about(manifest, found), ...data, ...(folders.length === 0 ? {} : { skills: folders }) },
    files: [...skills.files, ...commands.files],
    remarks: [...skills.remarks, ...commands.remarks, ...remarks, ...leftOutOfClaude(manifest, found.paths)],
  };
}

/** skills/ always, and the folders of `skills`: each with a SKILL.md, or with folders that have one. */
function skillFolders(manifest: Part, { paths }: Found): readonly string[] {
  const declared = member(manifest, "skills");
  const named = (declared === undefined ? [] : oneOrMore(declared)).flatMap((part) => {
    const folder = asInsidePath(part);
    const own = folder === "" ? "SKILL.md" : `${folder}/SKILL.md`;
    const found = paths.has(own) ? [folder === "" ? "." : folder] : skillFoldersIn(folder, paths);
    if (found.length === 0) throw part.fault("names a folder without skills: there is no SKILL.md in it");
    return found;
  });
  const usual = skillFoldersIn("skills", paths);
  const top = usual.length === 0 && named.length === 0 && paths.has("SKILL.md") ? ["."] : [];
  return [...top, ...usual, ...named];
}

/** commands/, or what `commands` names instead: files, folders, or a map from name to file. */
function commandsOf(manifest: Part, { paths }: Found): readonly Command[] {
  const declared = member(manifest, "commands");
  if (declared === undefined) return commandsBelow("commands", paths);
  if (isMapAt(manifest, "commands")) {
    return members(declared).flatMap(([name, part]) => {
      const source = member(part, "source");
      return source === undefined ? [] : [{ name, path: existing(source, paths) }];
    });
  }
  return oneOrMore(declared).flatMap((part) => {
    const path = asInsidePath(part);
    if (!path.endsWith(".md")) return commandsBelow(path, paths);
    return [{ path: existing(part, paths), name: path.slice(path.lastIndexOf("/") + 1, -".md".length) }];
  });
}

function existing(part: Part, paths: ReadonlySet<string>): string {
  const path = asInsidePath(part);
  if (paths.has(path)) return path;
  throw part.fault("names a file that is not in the plugin");
}

interface ServerData {
  readonly data: JsonObject;
  readonly remarks: readonly string[];
}

async function serversOf(manifest: Part, found: Found): Promise<ServerData> {
  const variables = new Variables();
  const settings = readSettings(member(manifest, "userConfig"), variables);
  const remarks = [...settings.remarks];
  const servers = new Map<string, JsonObject>();
  const bundles: string[] = [];
  for (const part of await serverMaps(manifest, found, bundles)) {
    const read = readServers(part, { settings, variables });
    for (const [id, server] of read.servers) servers.set(id, server);
    remarks.push(...read.remarks);
  }
  if (bundles.length > 0) remarks.push(`${listed(bundles)} is left out: add that bundle as a plugin of its own.`);
  const env = variables.data();
  return {
    data: { ...(env.length === 0 ? {} : { env_vars: env }), ...asServers(servers) },
    remarks: [...new Set(remarks)],
  };
}

/** .mcp.json, and what `mcpServers` names or holds. */
async function serverMaps(manifest: Part, found: Found, bundles: string[]): Promise<readonly Part[]> {
  const declared = member(manifest, "mcpServers");
  const maps: Part[] = found.paths.has(".mcp.json") ? [await found.json(".mcp.json")] : [];
  for (const part of declared === undefined ? [] : oneOrMore(declared)) {
    if (typeof part.value !== "string") maps.push(part);
    else if (/\.(mcpb|dxt)$/.test(asText(part))) bundles.push(asText(part));
    else if (asInsidePath(part) !== ".mcp.json") maps.push(await found.json(existing(part, found.paths)));
  }
  return maps;
}

/** Agents see a single server under the plugin's own name. */
function asServers(servers: ReadonlyMap<string, JsonObject>): JsonObject {
  const [only] = servers.values();
  if (only === undefined) return {};
  return servers.size === 1 ? { mcp: only } : { mcp_servers: Object.fromEntries(servers) };
}
