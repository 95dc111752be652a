import { basename, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { PluginService } from "../manifest/plugin.ts";
import { substitute } from "../manifest/substitute.ts";
import type { HealthCheck } from "../services/health/health-check.ts";
import type { ServiceCommands, ServiceDefinition, ServicePort, ServiceSpec } from "../services/service.ts";
import type { Context } from "./context.ts";
import { lifecycleEnvironment } from "./lifecycle-environment.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { insideOf, isolationFor, runDirectory } from "./plugin-isolation.ts";

/** The service of one plugin, and how to see that it is well. */
export interface KnownService {
  readonly spec: ServiceSpec;
  readonly checks: readonly HealthCheck[];
  readonly startingMs?: number;
  readonly timeoutMs?: number;
}

/** Whether a plugin has something to start. The predecessor's plugins say it with a start command alone. */
export function hasService({ definition }: GoodPlugin): boolean {
  const { service, lifecycle } = definition.plugin;
  return service !== undefined || lifecycle.start !== undefined;
}

/**
 * The service of a plugin on this machine, values looked up: never for showing or writing. `lookUp` false: without those that are
 * kept elsewhere, which is enough to look at it.
 * @throws AtkError E_PLUGIN_INVALID when its description lacks what its type needs, E_ENV when a kept value cannot be had
 */
export async function serviceOf(plugin: GoodPlugin, context: Context, lookUp = true): Promise<KnownService> {
  const ports = portsOf(plugin);
  const env = await lifecycleEnvironment(plugin, context, lookUp);
  const spec: ServiceSpec = {
    plugin: plugin.entry.name,
    home: homeId(context),
    directory: plugin.directory,
    env,
    ports,
    definition: definitionOf(plugin, env),
    commands: await commandsOf(plugin, context),
    runDirectory: runDirectory(plugin.entry.name, context),
    ...insideOf(isolationFor(plugin), { plugin: plugin.entry.name, directory: plugin.directory, env }, context),
  };
  const { startingMs, timeoutMs } = plugin.definition.plugin.service?.health ?? {};
  return {
    spec,
    checks: checksOf(plugin, spec),
    ...(startingMs === undefined ? {} : { startingMs }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** The plugin's own lines; where they call Compose, the user's override file goes with them. */
async function commandsOf(plugin: GoodPlugin, { host }: Context): Promise<ServiceCommands> {
  const { service, lifecycle } = plugin.definition.plugin;
  const [{ withComposeOverride }, { OVERRIDE_FILE }] = await Promise.all([
    import("../services/containers/compose-override.ts"),
    import("../services/containers/compose-file.ts"),
  ]);
  const override = (await host.files.stat(join(plugin.directory, OVERRIDE_FILE))) !== undefined;
  const has = { composeFile: service?.composeFile ?? COMPOSE_FILE, override };
  const { start, stop, logs, status } = lifecycle;
  const written = Object.entries({ start, stop, logs, status }).flatMap(([name, line]) =>
    line === undefined ? [] : [[name, withComposeOverride(line, has)] as const],
  );
  return Object.fromEntries(written);
}

/** Enough to tell homes apart in names that people read. */
function homeId({ workspace }: Context): string {
  return basename(workspace.stateDirectory).slice(0, 8);
}

/** The ports of a plugin as they are on this machine. */
export function portsOf({ definition, assigned }: GoodPlugin): readonly ServicePort[] {
  if (assigned !== undefined) return assigned;
  return definition.plugin.ports.map(({ port, name, protocol }) => ({
    declared: port,
    port,
    ...(name === undefined ? {} : { name }),
    protocol,
  }));
}

const GRACE_MS = 10_000;
const MOST_RESTARTS = 5;

function definitionOf(plugin: GoodPlugin, env: Readonly<Record<string, string>>): ServiceDefinition {
  const { service, lifecycle } = plugin.definition.plugin;
  if (service === undefined) return { type: "script" };
  const words = (service.args ?? []).map((word) => inserted(word, env));
  switch (service.type) {
    case "script":
      return { type: "script" };
    case "docker-compose":
      return composeOf(plugin);
    case "docker":
      if (service.image === undefined) return orScript(plugin, "image", lifecycle.start);
      return { type: "docker", image: service.image, args: words, volumes: service.volumes ?? [] };
    case "systemd":
      return { type: "systemd", unitName: required(plugin, "unit_name", service.unitName) };
    case "launchd":
      return { type: "launchd", label: required(plugin, "label", service.label) };
    case "process":
      return processOf(plugin, service, { words, env });
  }
}

const COMPOSE_FILE = "docker-compose.yml";

/**
 * A plugin whose own lines call Compose keeps the project they have always had, and with it its volumes: the predecessor ran
 * them in the plugin's folder, whose name Compose takes. (https://docs.docker.com/compose/how-tos/project-name/)
 */
function composeOf({ definition, directory }: GoodPlugin): ServiceDefinition {
  const { service, lifecycle } = definition.plugin;
  const composeFile = service?.composeFile ?? COMPOSE_FILE;
  if (lifecycle.start === undefined) return { type: "docker-compose", composeFile };
  return { type: "docker-compose", composeFile, project: basename(directory).replaceAll(/[^a-z0-9_-]/g, "") };
}

interface Filled {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function processOf(plugin: GoodPlugin, service: PluginService, { words, env }: Filled): ServiceDefinition {
  const secret = plugin.definition.plugin.envVars.find(
    ({ name, secret: isSecret }) => isSecret && (service.args ?? []).some((word) => word.includes(name)),
  );
  if (secret !== undefined)
    throw new AtkError(
      "E_PLUGIN_INVALID",
      `${plugin.entry.name}: the secret ${secret.name} would stand in the command line of its service, where every process can read it`,
      {
        at: { file: plugin.directory },
        hint: "the service has it in its environment: custom/overrides.yaml can change service.args",
      },
    );
  return {
    type: "process",
    command: inserted(required(plugin, "command", service.command), env),
    args: words,
    restart: service.restart ?? "on-failure",
    maxRestarts: service.maxRestarts ?? MOST_RESTARTS,
    stopGraceMs: service.stopGraceMs ?? GRACE_MS,
  };
}

/** $NAME and ${NAME} of the plugin's own variables; all others belong to the program. */
function inserted(text: string, env: Readonly<Record<string, string>>): string {
  return substitute(text, (name) => env[name]);
}

function orScript(plugin: GoodPlugin, field: string, start: string | undefined): ServiceDefinition {
  if (start !== undefined) return { type: "script" };
  throw lacking(plugin, field);
}

function required(plugin: GoodPlugin, field: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw lacking(plugin, field);
}

function lacking({ entry, directory, definition }: GoodPlugin, field: string): AtkError {
  const type = definition.plugin.service?.type ?? "script";
  return new AtkError("E_PLUGIN_INVALID", `${entry.name}: a service of type ${type} needs service.${field}`, {
    at: { file: join(directory, "plugin.yaml") },
    hint: "say it in custom/overrides.yaml, or tell the plugin's author",
  });
}

/** Its own command, then an address or a port; without one the driver's word is all there is. */
function checksOf({ definition, directory }: GoodPlugin, { env, ports, inside }: ServiceSpec): readonly HealthCheck[] {
  const { service, lifecycle } = definition.plugin;
  const health = service?.health;
  if (health?.command !== undefined) return [{ kind: "command", line: health.command, cwd: directory, env, inside }];
  const http = health?.http ?? lifecycle.health_endpoint;
  if (http !== undefined) return [{ kind: "http", url: inserted(http, env) }];
  if (health?.mcp !== undefined) return [{ kind: "mcp", url: inserted(health.mcp, env) }];
  if (health?.tcp === undefined) return [];
  const port = ports.find(({ name, declared }) => name === health.tcp || declared === Number(health.tcp));
  return port === undefined ? [] : [{ kind: "tcp", port: port.port }];
}
