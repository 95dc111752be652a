import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePlugin } from "../../src/manifest/parse-plugin.ts";
import type { Plugin, PluginServer } from "../../src/manifest/plugin.ts";
import { ROOT } from "../sources/world.ts";

/** A plugin of the built-in registry, as it ships. */
export interface Shipped {
  readonly name: string;
  readonly directory: string;
  readonly plugin: Plugin;
  readonly readme: string;
  readonly skill: string;
  /** Paths of its other files, relative to it. */
  readonly files: readonly string[];
}

const REGISTRY = join(ROOT, "registry");

/** Every plugin that the index lists, in its order. */
export function shippedPlugins(): readonly Shipped[] {
  const index = JSON.parse(readFileSync(join(REGISTRY, "index.json"), "utf8")) as {
    readonly plugins: readonly { readonly name: string; readonly path: string }[];
  };
  return index.plugins.map(({ name, path }) => read(name, join(REGISTRY, path)));
}

/** The plugin with other words laid over it, as `custom/overrides.yaml` would. @throws AtkError when they do not fit. */
export function overridden({ name, directory }: Shipped, overrides: string): Plugin {
  const text = readFileSync(join(directory, "plugin.yaml"), "utf8");
  const file = `${name}/plugin.yaml`;
  return parsePlugin({ id: name, text, file, overrides: { text: overrides, file: "overrides.yaml" }, hasSkillMd: true }).plugin;
}

function read(name: string, directory: string): Shipped {
  const text = (file: string): string => readFileSync(join(directory, file), "utf8");
  const { plugin, warnings } = parsePlugin({
    id: name,
    text: text("plugin.yaml"),
    file: `${name}/plugin.yaml`,
    hasSkillMd: true,
  });
  if (warnings.length > 0) throw new Error(`${name}: ${warnings.join("; ")}`);
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  return { name, directory, plugin, readme: text("README.md"), skill: text("SKILL.md"), files };
}

export type LocalServer = Extract<PluginServer, { transport: "stdio" }>;

export const localServers = ({ plugin }: Shipped): readonly LocalServer[] =>
  plugin.servers.flatMap((server) => (server.transport === "stdio" ? [server] : []));

/** `package@version` (npx) or `package==version` (uvx) that a server is started from; undefined for programs of the plugin's own. */
export function packageOf({ command, args }: LocalServer): string | undefined {
  if (command !== "npx" && command !== "uvx") return undefined;
  return args.find((arg) => (command === "npx" ? /^@?[^@]+@\d/ : /==/).test(arg));
}

/** Values for what a plugin cannot start without: no account has them, and no server is there. */
export function madeUpValues({ plugin }: Shipped): Readonly<Record<string, string>> {
  const required = plugin.envVars.filter((variable) => variable.required && variable.default === undefined);
  // An address that is required without a secret means: one of the secrets.
  const isOpen = required.length === 0 || required.some((variable) => variable.secret);
  const secret = isOpen ? [] : plugin.envVars.filter((variable) => variable.secret).slice(0, 1);
  return Object.fromEntries([...required, ...secret].map(({ name }) => [name, madeUp(name)]));
}

function madeUp(name: string): string {
  if (name === "DSN") return "postgres://mia@127.0.0.1:9/shop";
  return /URL|HOST/.test(name) ? "http://127.0.0.1:9" : "made-up";
}
