import type * as raw from "./generated/manifest.generated.js";
import { conditions, mapValues, value } from "./build-parts.ts";
import { backup, backupTarget, machine, sync } from "./build-upkeep.ts";
import type {
  Manifest,
  ManifestConfig,
  PathEntry,
  PluginEntry,
  Policy,
  RegistryEntry,
  ServerDeclaration,
  ToolFilter,
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
    registries: (data.registries ?? []).map(registry),
    policy: policy(data.policy ?? {}),
    machines: Object.entries(data.machines ?? {}).map(([name, entry]) => machine(name, entry)),
    ...(data.sync === undefined || data.sync === null ? {} : { sync: sync(data.sync) }),
    backups: Object.entries(data.backups ?? {}).map(([name, entry]) => backup(name, entry)),
    backupTargets: mapValues(data.backup_targets ?? {}, backupTarget),
    ignoredDrift: data.drift?.ignore ?? [],
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
    ...toolRules(applies),
  };
}

function server(declaration: raw.Server): ServerDeclaration {
  if ("url" in declaration) {
    const { url, transport = "http", headers = {}, secrets = "launcher" } = declaration;
    return {
      url,
      transport,
      headers: mapValues(headers, value),
      secrets,
      ...toolRules(declaration),
      ...whereItApplies(declaration),
    };
  }
  const { command, args = [], env = {}, cwd, secrets = "launcher" } = declaration;
  const place = cwd === undefined ? {} : { cwd };
  return {
    command,
    args,
    env: mapValues(env, value),
    ...place,
    secrets,
    ...toolRules(declaration),
    ...whereItApplies(declaration),
  };
}

interface ToolRules {
  readonly tools?: ToolFilter;
  readonly guard?: boolean;
}

function toolRules({ tools, guard }: { readonly tools?: raw.ToolFilter; readonly guard?: boolean }): ToolRules {
  return { ...(tools === undefined ? {} : { tools }), ...(guard === undefined ? {} : { guard }) };
}

function pathEntry(entry: raw.PathItem): PathEntry {
  if (typeof entry === "string") return { path: entry, enabled: true };
  return { path: entry.path, ...(entry.copy === true ? { copy: true } : {}), ...whereItApplies(entry) };
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

function config({ auto_commit: autoCommit, auto_push: autoPush }: raw.Config): ManifestConfig {
  return {
    ...(autoCommit === undefined ? {} : { autoCommit }),
    ...(autoPush === undefined ? {} : { autoPush }),
  };
}

/** A registry that somebody named comes before the built-in one, which has 0. */
const REGISTRY_PRIORITY = 10;

function registry({ priority = REGISTRY_PRIORITY, ...rest }: raw.Registry): RegistryEntry {
  return { ...rest, priority };
}

function policy(written: raw.Policy): Policy {
  const { sources, maturity, max_tool_tokens: maxToolTokens } = written;
  return {
    ...(sources === undefined ? {} : { sources }),
    ...(maturity === undefined ? {} : { maturity }),
    signed: written.signed ?? false,
    deniedCommands: written.denied_commands ?? [],
    unpinned: written.unpinned ?? "warn",
    minimumReleaseAgeMs: durationMs(written.minimum_release_age ?? "0m"),
    installScripts: written.install_scripts ?? [],
    toolsChanged: written.tools_changed ?? "deny",
    hiddenInstructions: written.hidden_instructions ?? "warn",
    ...(maxToolTokens === undefined ? {} : { maxToolTokens }),
    unattended: written.unattended ?? ["create", "update", "delete", "run", "service"],
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? 0);
}
