import { relative, resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Source } from "../manifest/manifest.ts";
import { BUILT_IN } from "../sources/registries/registry.ts";
import type { SourceContext } from "../sources/context.ts";
import type { SpecContext } from "../sources/parse-spec.ts";
import type { Tree } from "../sources/tree.ts";
import type { LockedPlugin } from "../manifest/lock.ts";
import type { Context } from "./context.ts";
import { readDefinition, type Definition } from "./definition.ts";
import { readInputs, withManifest, type Inputs } from "./inputs.ts";
import { resolvePlugin, sourceContext } from "./plugin-source.ts";
import { registryNotices } from "./registries/registry-notices.ts";
import { expandTilde } from "./workspace.ts";

export interface AddRequest {
  /** A name, a path, a git URL or npm:package. */
  readonly spec: string;
  /** Undefined: the manifest's default agents. */
  readonly agents: readonly string[] | undefined;
  readonly name: string | undefined;
  /** A folder is used from where it is. */
  readonly link?: boolean;
  /** Nothing may be written, not even what is fetched. */
  readonly dryRun?: boolean;
}

export interface Addition {
  readonly name: string;
  readonly source: Source;
  readonly locked: LockedPlugin;
  readonly tree: Tree;
  readonly definition: Definition;
  /** What one should know before saying yes: of the registries, and what of the source could not be taken over. */
  readonly notices: readonly string[];
  edit(inputs: Inputs): Promise<Inputs>;
}

/** What is to be added, resolved and read, and the edit that adds it. Writes nothing. */
export async function prepareAddition(request: AddRequest, context: Context): Promise<Addition> {
  const { parseSpec } = await import("../sources/parse-spec.ts");
  const { sanitizeName } = await import("../manifest/names.ts");
  const { manifest } = await readInputs(context);
  const sources = await sourceContext({ readOnly: request.dryRun ?? false, manifest }, context);
  const spec = await parseSpec(request.spec, specContext(sources));
  const source = linked(relativeToManifest(spec.source, context), request);
  const provisional = request.name ?? spec.name ?? "new-plugin";
  const opening = { readOnly: true, manifest };
  const told = source.type === "registry" ? await registryNotices(provisional, source, sources) : [];
  const { locked, tree, remarks = [] } = await resolvePlugin(entryOf(provisional, source), opening, context);
  const notices = [...told, ...remarks];
  const definition = await readDefinition({ id: provisional, tree, directory: request.spec, overrides: undefined });
  const name = request.name ?? (source.type === "registry" ? provisional : sanitizeName(definition.plugin.name));
  const edit = async (inputs: Inputs): Promise<Inputs> => {
    refuseTaken(name, inputs, context);
    const { addPlugin } = await import("../manifest/edit-manifest.ts");
    const entry = manifestEntry(name, source, request.agents);
    const edited = await withManifest(
      inputs,
      addPlugin(inputs.manifestText, entry, context.workspace.manifestFile),
      context,
    );
    return { ...edited, resolved: { [name]: { locked, tree } } };
  };
  return { name, source, locked, tree, definition, notices, edit };
}

/** @throws AtkError E_USAGE for what is not a folder here. */
function linked(source: Source, { link, spec }: AddRequest): Source {
  if (link !== true) return source;
  if (source.type === "local") return { ...source, link: true };
  throw new AtkError("E_USAGE", `--link is for a plugin in a folder of this machine, and ${spec} is none`, {
    hint: "atk add ./FOLDER --link",
  });
}

function specContext(sources: SourceContext): SpecContext {
  const { host } = sources;
  const { workingDirectory, homeDirectory } = host.machine;
  return {
    homeDirectory,
    exists: async (path) => (await host.files.stat(resolve(workingDirectory, path))) !== undefined,
    registries: [BUILT_IN, ...(sources.registries ?? []).map((each) => each.name)],
    inRegistry: async (name) => {
      const { findPlugin } = await import("../sources/registries/find-plugin.ts");
      // Why it cannot be told is said when the plugin itself is looked for.
      const answer = (error: unknown): boolean => !(error instanceof AtkError && error.code === "E_PLUGIN_NOT_FOUND");
      return findPlugin(name, { type: "registry" }, sources).then(() => true, answer);
    },
  };
}

function entryOf(name: string, source: Source): Inputs["manifest"]["plugins"][number] {
  return { name, source, env: {}, enabled: true, ports: {}, secrets: "launcher" };
}

type EntryText = string | { readonly [key: string]: string | readonly string[] | { readonly [key: string]: string } };

/** The shortest way to write it: a registry plugin with nothing special is just its name. */
function manifestEntry(name: string, source: Source, agents: readonly string[] | undefined): EntryText {
  const plain = source.type === "registry" && source.version === undefined && source.registry === undefined;
  if (plain && agents === undefined) return name;
  return {
    name,
    ...(plain ? {} : { source: source as unknown as { readonly [key: string]: string } }),
    ...(agents === undefined ? {} : { agents }),
  };
}

function refuseTaken(name: string, { manifest }: Inputs, { workspace }: Context): void {
  const plugin = manifest.plugins.some((entry) => entry.name === name);
  if (!plugin && !Object.hasOwn(manifest.servers, name)) return;
  throw new AtkError("E_MANIFEST", `'${name}' is in the manifest already`, {
    at: { file: workspace.manifestFile },
    hint: plugin ? `atk status ${name}, or add it under another name with --name` : "use --name for another name",
  });
}

/** A path is written relative to the manifest, so that it means the same wherever the command was run. */
function relativeToManifest(source: Source, context: Context): Source {
  if (source.type === "local") return { ...source, path: relativePath(source.path, context) };
  if (source.type !== "mcp-registry" || !/(^|[/\\])server\.json$/.test(source.server)) return source;
  return /^https?:/i.test(source.server) ? source : { ...source, server: relativePath(source.server, context) };
}

function relativePath(typed: string, { host, workspace }: Context): string {
  const path = resolve(host.machine.workingDirectory, expandTilde(typed, host.machine));
  const way = relative(workspace.directory, path).replaceAll("\\", "/");
  return way.startsWith(".") || /^[A-Za-z]:/.test(way) ? way : `./${way}`;
}
