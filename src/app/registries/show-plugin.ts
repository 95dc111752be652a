import { AtkError } from "../../core/errors.ts";
import type { Plugin, PluginServer } from "../../manifest/plugin.ts";
import type { SourceContext } from "../../sources/context.ts";
import type { Tree } from "../../sources/tree.ts";
import { chooseVersion, versionsOf } from "../../sources/registries/choose-version.ts";
import { findPlugin, namesakes } from "../../sources/registries/find-plugin.ts";
import { BUILT_IN } from "../../sources/registries/registry.ts";
import { resolveSource } from "../../sources/resolve.ts";
import { readDefinition } from "../definition.ts";
import { supportingAgents } from "./supporting-agents.ts";

export interface PluginRequest {
  readonly name: string;
  readonly registry: string | undefined;
  readonly version: string | undefined;
}

/** What is known of one plugin of a registry before it is added. */
export interface ShownPlugin {
  readonly name: string;
  readonly registry: string;
  /** Other registries with that name. */
  readonly also: readonly string[];
  readonly description: string;
  readonly version?: string;
  /** All that can be had, the current one first. */
  readonly versions: readonly string[];
  readonly maturity?: string;
  readonly tags: readonly string[];
  readonly origin?: string;
  readonly commit?: string;
  readonly integrity?: string;
  /** Clients that can use something of it, as far as known. */
  readonly agents?: readonly string[];
  /** Absent when its files are not here and cannot be fetched. */
  readonly inside?: Inside;
  /** Why `inside` is absent. */
  readonly closed?: string;
}

export interface Inside {
  readonly homepage?: string;
  /** What is started: servers, lifecycle commands, the service. A line each. */
  readonly runs: readonly string[];
  readonly variables: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly secret: boolean;
    readonly description?: string;
  }[];
  readonly skills: readonly string[];
}

/** @throws AtkError E_PLUGIN_NOT_FOUND, E_INTEGRITY, and what reading a registry throws. */
export async function showPlugin(
  { name, registry, version }: PluginRequest,
  context: SourceContext,
): Promise<ShownPlugin> {
  const source = {
    type: "registry",
    ...(version === undefined ? {} : { version }),
    ...(registry === undefined ? {} : { registry }),
  } as const;
  const found = await findPlugin(name, source, context);
  const { entry, commit } = await chooseVersion(found, version, context);
  const { name: from, origin } = found.loaded.registry;
  const agents = supportingAgents(entry.provides);
  const { version: exact, maturity, integrity } = entry;
  return {
    name,
    registry: from,
    also: await namesakes(name, from, context),
    description: entry.description,
    versions: versionsOf(found.entry, found.loaded),
    tags: entry.tags,
    ...defined({ version: exact, maturity, origin, commit, integrity, agents }),
    ...(await lookInside(name, { ...source, registry: from }, context)),
  };
}

async function lookInside(
  name: string,
  source: Parameters<typeof findPlugin>[1],
  context: SourceContext,
): Promise<Pick<ShownPlugin, "inside" | "closed">> {
  try {
    const { tree } = await resolveSource(name, source, context);
    return { inside: insideOf(await read(name, tree)) };
  } catch (error) {
    if (!(error instanceof AtkError) || !["E_GIT", "E_SOURCE"].includes(error.code)) throw error;
    return { closed: error.message };
  }
}

async function read(name: string, tree: Tree): Promise<Plugin> {
  return (await readDefinition({ id: name, tree, directory: name, overrides: undefined })).plugin;
}

function insideOf({ homepage, servers, lifecycle, service, envVars, skills }: Plugin): Inside {
  const commands = Object.entries(lifecycle).map(([word, command]) => `${word}: ${command}`);
  const background = service === undefined ? [] : [`service: ${service.command ?? service.image ?? service.type}`];
  return {
    ...defined({ homepage }),
    runs: [...servers.map(serverLine), ...background, ...commands],
    variables: envVars.map(({ name, required, secret, description }) => ({
      name,
      required,
      secret,
      ...defined({ description }),
    })),
    skills,
  };
}

function serverLine(server: PluginServer): string {
  if (server.transport !== "stdio") return `server ${server.id}: ${server.url}`;
  return `server ${server.id}: ${[server.command, ...server.args].join(" ")}`;
}

type Defined<Values> = { readonly [Key in keyof Values]?: Exclude<Values[Key], undefined> };

function defined<Values extends object>(values: Values): Defined<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<Values>;
}

/** `acme/github@1.2`, the way `atk add` reads it. @throws AtkError E_USAGE. */
export function parsePluginName(text: string): PluginRequest {
  const match = /^(?:([a-z][a-z0-9-]*)\/)?([a-z][a-z0-9-]*)(?:@(\S+))?$/.exec(text.trim());
  if (match?.[2] !== undefined) return { registry: match[1], name: match[2], version: match[3] };
  throw new AtkError("E_USAGE", `${JSON.stringify(text)} does not name a plugin of a registry`, {
    hint: `NAME, ${BUILT_IN}/NAME or NAME@VERSION; atk search lists what there is`,
  });
}
