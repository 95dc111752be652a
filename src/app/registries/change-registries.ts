import { relative, resolve } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { addRegistry, removeRegistry } from "../../manifest/edit-manifest.ts";
import type { RegistryEntry } from "../../manifest/manifest.ts";
import { loadRegistry } from "../../sources/registries/load-registry.ts";
import { parsePublicKey } from "../../sources/registries/minisign.ts";
import { BUILT_IN, builtIn, isGitAddress, toRegistry } from "../../sources/registries/registry.ts";
import type { Context } from "../context.ts";
import { editing } from "../edits.ts";
import { readInputs, type Inputs } from "../inputs.ts";
import { sourceContext } from "../plugin-source.ts";

export interface RegistryRequest {
  readonly name: string;
  /** A git address, or a folder relative to the working directory. */
  readonly url: string;
  readonly ref: string | undefined;
  readonly priority: number | undefined;
  readonly key: string | undefined;
  readonly dryRun: boolean;
}

export interface RegistryChange {
  /** What one should know before saying yes. */
  readonly notices: readonly string[];
  edit(inputs: Inputs): Promise<Inputs>;
}

export interface RegistryAddition extends RegistryChange {
  readonly plugins: number;
  readonly signed: boolean;
}

const DEFAULT_PRIORITY = 10;

/**
 * Reads the registry, signature and all, and gives the edit that adds it. The manifest is not written.
 * @throws AtkError E_USAGE, E_MANIFEST for a name that is taken, E_POLICY, and what reading a registry throws.
 */
export async function prepareRegistry(request: RegistryRequest, context: Context): Promise<RegistryAddition> {
  const { manifest } = await readInputs(context);
  refuseName(
    request.name,
    manifest.registries.map((each) => each.name),
  );
  if (request.key !== undefined) parsePublicKey(request.key);
  const written = entryOf(request, context);
  const entry: RegistryEntry = { ...written, priority: written.priority ?? DEFAULT_PRIORITY };
  const sources = await sourceContext({ readOnly: request.dryRun, manifest }, context);
  const { index } = await loadRegistry(toRegistry(entry, sources), "always", sources);
  const edit = editing(context, (text, file) => addRegistry(text, written satisfies JsonObject, file));
  const own = await loadRegistry(builtIn(sources), "never", sources);
  const names = new Set(own.index.plugins.map((each) => each.name));
  const shadowed =
    entry.priority >= 0 ? index.plugins.filter((each) => names.has(each.name)).map((each) => each.name) : [];
  const notices =
    shadowed.length === 0
      ? []
      : [
          `it comes before the built-in registry and has plugins of the same name: ${shadowed.join(", ")}; atk add ${shadowed[0] ?? ""} takes the one of ${entry.name} from now on`,
        ];
  return { plugins: index.plugins.length, signed: entry.key !== undefined, notices, edit };
}

type Written = Omit<RegistryEntry, "priority"> & { readonly priority?: number };

/** As it will stand in the manifest: a folder is written relative to it, so that it means the same wherever the command was run. */
function entryOf({ name, url, ref, priority, key }: RegistryRequest, { host, workspace }: Context): Written {
  return {
    name,
    url: isGitAddress(url) || /^~([/\\]|$)/.test(url) ? url : folder(resolve(host.machine.workingDirectory, url)),
    ...(ref === undefined ? {} : { ref }),
    ...(priority === undefined ? {} : { priority }),
    ...(key === undefined ? {} : { key }),
  };

  function folder(path: string): string {
    const way = relative(workspace.directory, path).replaceAll("\\", "/");
    return way.startsWith(".") || /^[A-Za-z]:/.test(way) ? way : `./${way}`;
  }
}

function refuseName(name: string, taken: readonly string[]): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new AtkError(
      "E_NAME",
      `${JSON.stringify(name)} cannot be the name of a registry: lower-case letters, digits, single dashes`,
    );
  if (name === BUILT_IN)
    throw new AtkError("E_NAME", `${BUILT_IN} is the name of the registry that ships with atk`, {
      hint: "choose another name",
    });
  if (taken.includes(name))
    throw new AtkError("E_MANIFEST", `the manifest has a registry ${name} already`, {
      hint: `atk registry remove ${name}, or another name`,
    });
}

/** The edit that takes a registry out. What it gave stays as it is locked. @throws AtkError E_PLUGIN_NOT_FOUND, E_MANIFEST where an entry names it. */
export async function prepareRegistryRemoval(name: string, context: Context): Promise<RegistryChange> {
  const { manifest, lock } = await readInputs(context);
  const registry = manifest.registries.find((each) => each.name === name);
  if (registry === undefined) throw unknown(name, manifest.registries);
  const named = manifest.plugins.filter(({ source }) => source.type === "registry" && source.registry === name);
  if (named.length > 0) {
    const names = named.map((each) => each.name).join(", ");
    throw new AtkError("E_MANIFEST", `registry ${name} cannot go: the manifest takes ${names} from it by name`, {
      at: { file: context.workspace.manifestFile },
      hint: `atk remove ${named[0]?.name ?? ""}, or take the word registry out of its source`,
    });
  }
  const { origin } = toRegistry(registry, await sourceContext({ readOnly: true }, context));
  const kept = Object.keys(lock.plugins).filter((each) => lock.plugins[each]?.origin === origin);
  const notices =
    kept.length === 0
      ? []
      : [`${kept.join(", ")}: from it, and kept as locked; their next atk lock asks the other registries`];
  return { notices, edit: editing(context, (text, file) => removeRegistry(text, name, file)) };
}

function unknown(name: string, registries: readonly RegistryEntry[]): AtkError {
  const names = registries.map((each) => each.name).join(", ") || "none";
  return new AtkError(
    "E_PLUGIN_NOT_FOUND",
    `there is no registry ${JSON.stringify(name)} in the manifest; it has ${names}`,
    {
      hint: "atk registry list",
    },
  );
}
