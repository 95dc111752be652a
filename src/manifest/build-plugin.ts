import type * as raw from "./generated/plugin.generated.js";
import { fullServerId } from "./plugin-checks.ts";
import type { EnvVar, Plugin, PluginData, PluginHealth, PluginServer, PluginService } from "./plugin.ts";

interface Identity {
  readonly id: string;
  readonly hasSkillMd: boolean;
}

/** The plugin as its data says it, defaults filled in. The data has passed the schema. */
export function buildPlugin(data: raw.RawPlugin, { id, hasSkillMd }: Identity): Plugin {
  const skills = data.skills ?? [];
  return {
    schemaVersion: data.schema_version,
    name: data.name,
    description: data.description,
    maturity: data.maturity ?? "ai-generated",
    ...(data.service === undefined ? {} : { service: service(data.service) }),
    ...(data.vendor === undefined ? {} : { vendor: data.vendor }),
    ports: (data.ports ?? []).map(({ protocol = "http", ...port }) => ({ ...port, protocol })),
    envVars: variables(data.env_vars ?? []),
    lifecycle: data.lifecycle ?? {},
    ...(data.isolation === undefined ? {} : { isolation: data.isolation }),
    servers: servers(data, id),
    skills: hasSkillMd && !skills.some(isOwnFolder) ? [".", ...skills] : skills,
    instructions: data.instructions ?? [],
    tags: data.tags ?? [],
    ...(data.version === undefined ? {} : { version: data.version }),
    ...(data.homepage === undefined ? {} : { homepage: data.homepage }),
    ...(data.data === undefined ? {} : { data: kept(data.data) }),
  };
}

function kept({
  paths = [],
  volumes = [],
  sqlite = [],
  exclude = [],
  risky_upgrades: risky,
  ...same
}: raw.Data): PluginData {
  return { ...same, paths, volumes, sqlite, exclude, riskyUpgrades: risky ?? false };
}

const isOwnFolder = (path: string) => path === "." || path === "./";

function service({ type = "docker-compose", ...written }: raw.Service): PluginService {
  const { compose_file: composeFile, unit_name: unitName, max_restarts: maxRestarts } = written;
  const { stop_grace_seconds: graceSeconds, health: wellness, ...plain } = written;
  const { compose_file: _file, unit_name: _unit, max_restarts: _most, ...same } = plain;
  return {
    type,
    ...same,
    ...(composeFile === undefined ? {} : { composeFile }),
    ...(unitName === undefined ? {} : { unitName }),
    ...(maxRestarts === undefined ? {} : { maxRestarts }),
    ...(graceSeconds === undefined ? {} : { stopGraceMs: graceSeconds * 1_000 }),
    ...(wellness === undefined ? {} : { health: health(wellness) }),
  };
}

function health({ starting_seconds: startingSeconds, timeout_seconds: seconds, ...same }: raw.Health): PluginHealth {
  return {
    ...same,
    ...(startingSeconds === undefined ? {} : { startingMs: startingSeconds * 1_000 }),
    ...(seconds === undefined ? {} : { timeoutMs: seconds * 1_000 }),
  };
}

/** A variable that is declared twice counts once, as it was declared last. */
function variables(declared: readonly raw.Variable[]): readonly EnvVar[] {
  const byName = new Map(
    declared.map(({ required = false, secret = false, ...rest }) => [rest.name, { ...rest, required, secret }]),
  );
  return [...byName.values()];
}

function servers({ mcp, mcp_servers: several = {} }: raw.RawPlugin, id: string): readonly PluginServer[] {
  const others = Object.entries(several).map(([key, declared]) => server(fullServerId(id, key), declared));
  return mcp === undefined ? others : [server(id, mcp), ...others];
}

function server(id: string, declared: raw.Server): PluginServer {
  if (declared.transport !== "stdio") {
    const { transport, url, endpoint, headers = {} } = declared;
    return { id, transport, url: url ?? endpoint ?? "", headers };
  }
  const { transport, command, args = [], env = [], cwd } = declared;
  return { id, transport, command, args, env: templates(env), ...(cwd === undefined ? {} : { cwd }) };
}

function templates(env: raw.ServerEnv): Readonly<Record<string, string | null>> {
  return Array.isArray(env) ? Object.fromEntries(env.map((name) => [name, null])) : env;
}
