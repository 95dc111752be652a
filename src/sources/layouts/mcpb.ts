import type { JsonObject } from "../../core/json.ts";
import { asInsidePath, asText, asWord, isMapAt, items, member, members, textAt, type Part } from "./json-file.ts";
import { listed, oneLine, type Found, type Layout, type Reading } from "./layout.ts";
import { about } from "./about.ts";
import { BUNDLE } from "./fits-layout.ts";
import { readSettings, type Settings } from "./user-config.ts";
import { checkVariableName, COMMON, inPlugin, replaceBraces, Variables } from "./variables.ts";

/**
 * An MCPB bundle (before 2025-09: DXT), unpacked: manifest.json with one server of type node, python, binary or uv.
 * (anthropics/mcpb MANIFEST.md 0.1 to 0.4, read 2026-11)
 */
export const bundle: Layout = {
  what: "an MCPB bundle (manifest.json)",

  fits: (paths) => paths.has(BUNDLE),

  // Web pages and browser extensions have a manifest.json too.
  async read(found) {
    const root = await found.json(BUNDLE);
    if (!isMapAt(root, "server")) return undefined;
    if (member(root, "manifest_version") === undefined && member(root, "dxt_version") === undefined) return undefined;
    return readBundle(root, found);
  },
};

async function readBundle(root: Part, found: Found): Promise<Reading> {
  const server = member(root, "server") ?? root;
  const variables = new Variables();
  const config = member(server, "mcp_config");
  const settings = readSettings(member(root, "user_config"), variables, wishedNames(config));
  const entryPoint = member(server, "entry_point");
  const entry = entryPoint === undefined ? undefined : asInsidePath(entryPoint);
  if (entryPoint !== undefined && (entry === "" || (entry !== undefined && !found.paths.has(entry))))
    throw entryPoint.fault("names a file that is not in the bundle");
  const reading: ServerReading = { entry, settings, variables, remarks: [] };
  const mcp = config === undefined ? standardServer(server, reading) : configured(config, reading);
  const env = variables.data();
  return {
    plugin: { ...about(root, found), ...(env.length === 0 ? {} : { env_vars: env }), mcp },
    files: [],
    ...(entry !== undefined && textAt(server, "type") === "binary" ? { program: entry } : {}),
    remarks: [...settings.remarks, ...new Set(reading.remarks), ...leftOut(root, server, config), ...bundled(found)],
  };
}

interface ServerReading {
  readonly entry: string | undefined;
  readonly settings: Settings;
  readonly variables: Variables;
  /** Filled while it is read. */
  readonly remarks: string[];
}

/** A variable of the server whose whole value is one setting gives that setting its name: people know it. */
function wishedNames(config: Part | undefined): ReadonlyMap<string, string> {
  const env = config === undefined ? undefined : member(config, "env");
  const wished = new Map<string, string>();
  for (const [name, value] of env === undefined ? [] : members(env)) {
    const key = typeof value.value === "string" ? /^\$\{user_config\.([^{}]+)\}$/.exec(value.value)?.[1] : undefined;
    if (key === undefined || wished.has(key) || !/^[A-Z_][A-Z0-9_]*$/.test(name) || COMMON.has(name)) continue;
    if (![...wished.values()].includes(name)) wished.set(key, name);
  }
  return wished;
}

const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  node: ["node"],
  python: ["python3"],
  binary: [],
  uv: ["uv", "run", "--directory", "$ATK_PLUGIN_DIR"],
};

/** A server that says only its type and its entry point. */
function standardServer(server: Part, { entry }: ServerReading): JsonObject {
  const type = member(server, "type");
  const runtime =
    type === undefined ? undefined : Object.hasOwn(RUNTIMES, asText(type)) ? RUNTIMES[asText(type)] : undefined;
  if (runtime === undefined) throw (type ?? server).fault("must have a type: node, python, binary or uv");
  if (entry === undefined) throw server.fault("must have an entry_point or an mcp_config");
  const [command = "", ...args] = [...runtime, `$ATK_PLUGIN_DIR/${entry}`];
  return { transport: "stdio", command, ...(args.length === 0 ? {} : { args }) };
}

function configured(config: Part, reading: ServerReading): JsonObject {
  const command = member(config, "command");
  if (command === undefined) throw config.fault("must have a command");
  const args = member(config, "args");
  const env = member(config, "env");
  const values =
    env === undefined
      ? []
      : members(env).map(([name, part]) => [checkVariableName(name, part), textOf(part, reading)] as const);
  return {
    transport: "stdio",
    command: fileOrWord(command, reading),
    ...(args === undefined ? {} : { args: items(args).map((part) => fileOrWord(part, reading)) }),
    ...(values.length === 0 ? {} : { env: Object.fromEntries(values) }),
  };
}

/** Where a bundle is started is not said anywhere, so its entry point is named in full. */
function fileOrWord(part: Part, reading: ServerReading): string {
  const text = textOf(part, reading);
  return reading.entry !== undefined && text.replace(/^\.\//, "") === reading.entry
    ? `$ATK_PLUGIN_DIR/${reading.entry}`
    : text;
}

const FOLDERS: Readonly<Record<string, string>> = {
  DESKTOP: "Desktop",
  DOCUMENTS: "Documents",
  DOWNLOADS: "Downloads",
};

function textOf(part: Part, { settings, variables, remarks }: ServerReading): string {
  return replaceBraces(asWord(part), (inside, rest) => {
    if (inside === "__dirname") return inPlugin(rest);
    if (inside === "/" || inside === "pathSeparator") return "/";
    const key = /^user_config\.(.+)$/.exec(inside)?.[1];
    if (key !== undefined) return `\${${settings.nameOf(key, part)}}`;
    const folder = Object.hasOwn(FOLDERS, inside) ? FOLDERS[inside] : undefined;
    if (inside !== "HOME" && folder === undefined) return undefined;
    variables.add({ name: "HOME", required: false, secret: false, description: "Home folder of the user" });
    if (folder === undefined) return undefined;
    remarks.push(`\${${inside}} is taken for the folder ${folder} in the home folder, whatever the system calls it.`);
    return `\${HOME}/${folder}`;
  });
}

function leftOut(root: Part, server: Part, config: Part | undefined): readonly string[] {
  const overrides = config === undefined ? undefined : member(config, "platform_overrides");
  const systems = overrides === undefined ? [] : members(overrides).map(([name]) => name);
  const prompts = member(root, "prompts");
  const compatibility = member(root, "compatibility");
  const platforms = compatibility === undefined ? undefined : member(compatibility, "platforms");
  const names = platforms === undefined ? [] : items(platforms).map(asText);
  return [
    ...(systems.length === 0
      ? []
      : [
          `server.mcp_config.platform_overrides (${listed(systems)}) are left out: every system gets the same command.`,
        ]),
    ...(prompts === undefined || items(prompts).length === 0
      ? []
      : ["the prompts of manifest.json are left out; those that the server offers itself are there."]),
    ...(names.length === 0 || names.length > 2
      ? []
      : [`the bundle says that it is only for ${listed(names)}; that is not checked.`]),
    ...(textAt(server, "type") === "python" ? ["python is the one of the machine; it is not brought along."] : []),
  ];
}

/** node_modules comes along in an archive alone, see membership.ts. */
function bundled({ paths }: Found): readonly string[] {
  if ([...paths].some((path) => path.includes("node_modules/"))) return [];
  const folders = ["", "server/"].filter((folder) => paths.has(`${folder}package.json`));
  if (folders.length === 0) return [];
  const place = folders.map((folder) => (folder === "" ? "the plugin's folder" : `its folder ${folder.slice(0, -1)}`));
  return [
    oneLine(
      `node_modules is taken along only from the bundle's own file (.mcpb): where the server does not start, run \`npm install --omit=dev\` in ${listed(place)}.`,
    ),
  ];
}
