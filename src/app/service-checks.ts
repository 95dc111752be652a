import { AtkError } from "../core/errors.ts";
import type { Problem } from "../core/errors.ts";
import { describeHolder } from "./port-words.ts";
import type { Context } from "./context.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { pluginVariables } from "./plugin-variables.ts";
import { hasService, portsOf, serviceOf, type KnownService } from "./service-spec.ts";
import { observeService } from "./service-state.ts";

interface One {
  readonly plugin: GoodPlugin;
  readonly service: KnownService;
}

/**
 * What all of them need is checked before the first is started: variables, then ports. A port that the service itself holds is
 * no conflict.
 * @throws AtkError E_ENV naming every variable of every plugin, E_PORT naming who holds the port and a free one
 */
export async function refuseUnready(services: readonly One[], context: Context): Promise<void> {
  const missing = await Promise.all(services.map(({ plugin }) => missingOf(plugin, context)));
  refuse("E_ENV", "required variables are not set", missing.flat());
  const taken = await Promise.all(services.map(({ plugin }) => takenPorts(plugin, context)));
  refuse("E_PORT", "ports are in use", taken.flat());
}

function refuse(code: "E_ENV" | "E_PORT", title: string, problems: readonly Problem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  if (problems.length === 1) throw new AtkError(code, first.message, { hint: first.hint });
  throw new AtkError(code, title, { problems, hint: first.hint });
}

async function missingOf(plugin: GoodPlugin, context: Context): Promise<readonly Problem[]> {
  const { missing } = await pluginVariables(plugin, context);
  if (missing.length === 0) return [];
  const { name } = plugin.entry;
  const verb = missing.length === 1 ? "is" : "are";
  return [{ message: `${name} needs ${missing.join(", ")}, which ${verb} not set`, hint: `atk setup ${name}` }];
}

/** What keeps the ports of a plugin from being listened on; nothing when its own service does. */
export async function takenPorts(plugin: GoodPlugin, context: Context): Promise<readonly Problem[]> {
  const ports = portsOf(plugin).filter(({ protocol }) => protocol.toLowerCase() !== "udp");
  if (ports.length === 0) return [];
  const { portState } = await import("../services/ports/port-state.ts");
  const states = await Promise.all(ports.map(async (port) => ({ port, state: await portState(port.port) })));
  const taken = states.filter(({ state }) => state === "taken");
  if (taken.length === 0 || (await isItself(plugin, context))) return [];
  return Promise.all(taken.map(({ port }) => describeHolder(plugin, port, context)));
}

async function isItself(plugin: GoodPlugin, context: Context): Promise<boolean> {
  if (!hasService(plugin)) return false;
  const { state } = await observeService(await serviceOf(plugin, context, false), context);
  return ["running", "starting", "unhealthy"].includes(state);
}
