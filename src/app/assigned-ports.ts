import { join } from "node:path";
import { isObject, type Json } from "../core/json.ts";
import type { Plugin, PluginServer } from "../manifest/plugin.ts";
import type { PortPlan, RememberedPort } from "../services/ports/assign-ports.ts";
import type { Context } from "./context.ts";
import { makeDirectories } from "./context.ts";
import type { LoadedPlugin } from "./load-plugins.ts";
import type { GoodPlugin } from "./plugin-env.ts";

export interface Placed {
  /** The plugins with their ports as they are on this machine, wherever they are named. */
  readonly plugins: readonly LoadedPlugin[];
  /** Undefined when no plugin has a port. */
  readonly ports?: PortPlan;
}

/** Gives every plugin that is active here its ports. Conflicts are in the plan and nobody's fault yet. */
export async function placePorts(plugins: readonly LoadedPlugin[], context: Context): Promise<Placed> {
  const active = plugins.filter((plugin): plugin is GoodPlugin => !("fault" in plugin) && hasPorts(plugin));
  if (active.length === 0) return { plugins };
  const [{ assignPorts }, { ephemeralRange, isFreeNow }] = await Promise.all([
    import("../services/ports/assign-ports.ts"),
    import("../services/ports/free-port.ts"),
  ]);
  const isAuto = active.some(({ entry }) => Object.values(entry.ports).includes("auto"));
  const ports = await assignPorts({
    plugins: active.map(({ entry, definition }) => ({
      plugin: entry.name,
      ports: definition.plugin.ports,
      wishes: entry.ports,
    })),
    remembered: await readRemembered(context),
    isFree: isFreeNow,
    ...(isAuto ? { ephemeral: await ephemeralRange(context.host) } : {}),
  });
  const placed = plugins.map((plugin) => ("fault" in plugin ? plugin : place(plugin, ports)));
  return { plugins: await Promise.all(placed), ports };
}

/** @throws AtkError E_PORT when two plugins want one port, E_MANIFEST for a port that no plugin has */
export async function refusePortConflicts({ ports }: Pick<Placed, "ports">): Promise<void> {
  if (ports === undefined || ports.conflicts.length + ports.problems.length === 0) return;
  const { checkPortPlan } = await import("../services/ports/port-conflicts.ts");
  checkPortPlan(ports);
}

function hasPorts({ entry, definition }: GoodPlugin): boolean {
  const named = definition.plugin.ports.length + Object.keys(entry.ports).length;
  return entry.enabled && entry.when === undefined && named > 0;
}

async function place(plugin: GoodPlugin, { assignments }: PortPlan): Promise<GoodPlugin> {
  const own = assignments.filter((each) => each.plugin === plugin.entry.name);
  if (own.length === 0) return plugin;
  const { movePorts } = await import("../services/ports/move-ports.ts");
  const { portVariables } = await import("../services/ports/port-variables.ts");
  const told = portVariables(plugin.definition.plugin.envVars, own);
  const isMoved = own.some(({ declared, port }) => declared !== port);
  const move = (text: string): string => (isMoved ? movePorts(text, own) : text);
  const described = withPorts(plugin.definition.plugin, told, move);
  return {
    ...plugin,
    written: plugin.definition,
    definition: { ...plugin.definition, plugin: described },
    assigned: own,
    portEnv: told,
  };
}

function withPorts(plugin: Plugin, told: Readonly<Record<string, string>>, move: (text: string) => string): Plugin {
  const { service, lifecycle } = plugin;
  const health = service?.health;
  return {
    ...plugin,
    envVars: plugin.envVars.map((variable) =>
      told[variable.name] === undefined ? variable : { ...variable, default: told[variable.name] ?? "" },
    ),
    servers: plugin.servers.map((server) => movedServer(server, move)),
    lifecycle:
      lifecycle.health_endpoint === undefined
        ? lifecycle
        : { ...lifecycle, health_endpoint: move(lifecycle.health_endpoint) },
    ...(service === undefined || health === undefined
      ? {}
      : {
          service: {
            ...service,
            health: {
              ...health,
              ...(health.http === undefined ? {} : { http: move(health.http) }),
              ...(health.mcp === undefined ? {} : { mcp: move(health.mcp) }),
            },
          },
        }),
  };
}

function movedServer(server: PluginServer, move: (text: string) => string): PluginServer {
  if (server.transport !== "stdio") return { ...server, url: move(server.url) };
  const env = Object.entries(server.env).map(([name, value]) => [name, value === null ? null : move(value)] as const);
  return { ...server, args: server.args.map(move), env: Object.fromEntries(env) };
}

function fileOf({ workspace }: Context): string {
  return join(workspace.stateDirectory, "ports.json");
}

/** What is damaged counts as nothing: ports are given anew. */
async function readRemembered({ look, ...context }: Context): Promise<readonly RememberedPort[]> {
  const text = await look.text(fileOf({ look, ...context })).catch(() => undefined);
  if (text === undefined) return [];
  try {
    const data = JSON.parse(text) as Json;
    const ports = isObject(data) ? data["ports"] : undefined;
    return Array.isArray(ports) ? (ports as unknown as RememberedPort[]) : [];
  } catch {
    return [];
  }
}

/** Keeps what was given, so that `auto` means the same port from now on; what others had stays remembered. Written only when it changed. */
export async function rememberPorts({ assignments }: PortPlan, context: Context): Promise<void> {
  const known = await readRemembered(context);
  const given = assignments.map(({ plugin, declared, port, protocol }) => ({ plugin, declared, port, protocol }));
  const names = new Set(given.map(({ plugin }) => plugin));
  const all = [...known.filter(({ plugin }) => !names.has(plugin)), ...given];
  if (JSON.stringify(all) === JSON.stringify(known)) return;
  const { files } = context.host;
  const path = fileOf(context);
  const beside = `${path}.${process.pid}`;
  await makeDirectories(files, context.workspace.stateDirectory);
  await files.create(beside, new TextEncoder().encode(JSON.stringify({ version: 1, ports: all })), 0o600);
  await files.rename(beside, path);
}
