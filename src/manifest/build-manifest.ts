import type * as raw from "./generated/manifest.generated.js";
import type {
  Manifest,
  ManifestConfig,
  ManifestValue,
  PathEntry,
  PluginEntry,
  ServerDeclaration,
  When,
} from "./manifest.ts";

/** The manifest as its data says it, short forms expanded and defaults filled in. The data has passed the schema. */
export function buildManifest(data: raw.RawManifest): Manifest {
  return {
    schemaVersion: data.schema_version,
    agents: data.agents ?? [],
    plugins: (data.plugins ?? []).map(plugin),
    servers: mapValues(data.mcp_servers ?? {}, server),
    skills: (data.skills ?? []).map(pathEntry),
    instructions: (data.instructions ?? []).map(pathEntry),
    config: config(data.config ?? {}),
  };
}

function plugin(entry: raw.Plugin): PluginEntry {
  const {
    name,
    source,
    env = {},
    service,
    ports = {},
    secrets = "launcher",
    isolation,
    ...applies
  }: raw.PluginEntry = typeof entry === "string" ? { name: entry } : entry;
  return {
    name,
    source: source ?? { type: "registry" },
    env: mapValues(env, value),
    ...whereItApplies(applies),
    ...(service === undefined ? {} : { service }),
    ports,
    secrets,
    ...(isolation === undefined ? {} : { isolation }),
  };
}

function server(declaration: raw.Server): ServerDeclaration {
  if ("url" in declaration) {
    const { url, transport = "http", headers = {}, secrets = "launcher" } = declaration;
    return { url, transport, headers: mapValues(headers, value), secrets, ...whereItApplies(declaration) };
  }
  const { command, args = [], env = {}, cwd, secrets = "launcher" } = declaration;
  const place = cwd === undefined ? {} : { cwd };
  return { command, args, env: mapValues(env, value), ...place, secrets, ...whereItApplies(declaration) };
}

/** The schema has seen to it that exactly one place is named. */
function value(written: raw.Value): ManifestValue {
  if (typeof written === "string") return written;
  const { timeout_seconds: seconds, ...reference } = written;
  const limit = seconds === undefined ? {} : { timeoutMs: seconds * 1_000 };
  return { ...reference, ...limit } as Exclude<ManifestValue, string>;
}

function pathEntry(entry: raw.PathItem): PathEntry {
  return typeof entry === "string" ? { path: entry, enabled: true } : { path: entry.path, ...whereItApplies(entry) };
}

interface Applies {
  readonly agents?: readonly string[];
  readonly enabled: boolean;
  readonly when?: When;
}

function whereItApplies({ agents, enabled = true, when }: Partial<raw.PathEntry>): Applies {
  return {
    ...(agents === undefined ? {} : { agents }),
    enabled,
    ...(when === undefined ? {} : { when: conditions(when) }),
  };
}

function conditions({ os, arch, host, tags }: raw.When): When {
  return {
    ...(os === undefined ? {} : { os: [os].flat() }),
    ...(arch === undefined ? {} : { arch: [arch].flat() }),
    ...(host === undefined ? {} : { host: [host].flat() }),
    ...(tags === undefined ? {} : { tags: [tags].flat() }),
  };
}

function config({ auto_commit: autoCommit, auto_push: autoPush }: raw.Config): ManifestConfig {
  return {
    ...(autoCommit === undefined ? {} : { autoCommit }),
    ...(autoPush === undefined ? {} : { autoPush }),
  };
}

function mapValues<From, To>(map: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
