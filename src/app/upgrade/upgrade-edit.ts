import { AtkError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { PluginEntry, Source } from "../../manifest/manifest.ts";
import type { Context } from "../context.ts";
import { withManifest, type Inputs } from "../inputs.ts";
import type { LockedPlugin } from "../../manifest/lock.ts";
import type { Tree } from "../../sources/tree.ts";
import { openPlugin, sourceContext } from "../plugin-source.ts";
import { unlock } from "../unlock.ts";
import { previousEntry } from "./previous-entry.ts";

/** `to`: a version, range, tag, branch or commit; `previous`: what the lock said before; undefined: what the manifest asks for, newest. */
export interface UpgradeWish {
  readonly name: string;
  readonly to: string | undefined;
}

/**
 * The inputs as an upgrade of one plugin would leave them: its lock entry to be made anew, and its source in the manifest changed where
 * `to` names another version.
 * @throws AtkError E_PLUGIN_NOT_FOUND, E_USAGE for a source that has no versions, E_LOCK without a previous entry
 */
export async function upgradeEdit({ name, to }: UpgradeWish, inputs: Inputs, context: Context): Promise<Inputs> {
  const entry = entryOf(name, inputs);
  if (to === "previous") return toPrevious(entry, inputs, context);
  const pointed = to === undefined ? inputs : await withSource(name, sourceAt(entry, to), inputs, context);
  return unlock(pointed, [name]);
}

async function toPrevious(entry: PluginEntry, inputs: Inputs, context: Context): Promise<Inputs> {
  const now = inputs.lock.plugins[entry.name];
  if (now === undefined)
    throw new AtkError("E_LOCK", `${entry.name} is not locked yet, so it has no previous version`, {
      hint: "atk apply",
    });
  if (now.source.type === "local" && now.source.link === true)
    throw new AtkError("E_USAGE", `${entry.name} is used from its own folder, so it has no version before`, {
      hint: `go back in ${now.source.path}`,
    });
  const locked = await previousEntry(entry.name, now, context);
  const pointed = await withSource(entry.name, locked.source, inputs, context);
  const tree = await openPrevious({ ...entry, source: locked.source }, locked, context);
  return { ...unlock(pointed, [entry.name]), resolved: { [entry.name]: { locked, tree } } };
}

/** What a folder held before is only where an upgrade has kept it. */
async function openPrevious(entry: PluginEntry, locked: LockedPlugin, context: Context): Promise<Tree> {
  try {
    return await openPlugin(entry, locked, { readOnly: false }, context);
  } catch (error) {
    if (!(error instanceof AtkError) || locked.source.type !== "local") throw error;
    const { openStored } = await import("../../sources/store.ts");
    const kept = await openStored(locked.integrity, await sourceContext({ readOnly: false }, context));
    if (kept !== undefined) return kept;
    throw new AtkError("E_LOCK", `what ${entry.name} was before is not on this machine any more`, {
      hint: `bring ${locked.source.path} back, then atk upgrade ${entry.name}`,
      cause: error,
    });
  }
}

async function withSource(name: string, source: Source, inputs: Inputs, context: Context): Promise<Inputs> {
  const entry = entryOf(name, inputs);
  if (JSON.stringify(entry.source) === JSON.stringify(source)) return inputs;
  const { setPluginField } = await import("../../manifest/edit-manifest.ts");
  const isPlain = source.type === "registry" && Object.keys(source).length === 1;
  const value = isPlain ? undefined : (source as unknown as Json);
  const file = context.workspace.manifestFile;
  return withManifest(
    inputs,
    setPluginField(inputs.manifestText, { plugin: name, name: "source", value }, file),
    context,
  );
}

function entryOf(name: string, { manifest }: Inputs): PluginEntry {
  const entry = manifest.plugins.find((each) => each.name === name);
  if (entry !== undefined) return entry;
  throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no plugin ${JSON.stringify(name)} in the manifest`);
}

/** `latest` lets go of what the manifest was bound to. */
function sourceAt({ name, source }: PluginEntry, to: string): Source {
  const isLatest = to === "latest";
  switch (source.type) {
    case "registry":
    case "npm":
    case "mcp-registry": {
      const { version: _old, ...rest } = source;
      return isLatest ? rest : { ...rest, version: to };
    }
    case "git": {
      const { ref: _old, ...rest } = source;
      return isLatest ? rest : { ...rest, ref: to };
    }
    case "oci":
      return { ...source, image: `${source.image.replace(/@sha256:.*$/, "").replace(/:[^:/]*$/, "")}:${to}` };
    case "archive":
    case "local":
      throw new AtkError(
        "E_USAGE",
        `${name} comes from ${source.type === "local" ? "a folder" : "an archive"}, which has no versions to choose from`,
        {
          hint: `atk upgrade ${name} (takes what is there now)`,
        },
      );
  }
}

/** The plugins that are meant. @throws AtkError E_USAGE, E_PLUGIN_NOT_FOUND */
export function chosenNames(names: readonly string[], all: boolean, { manifest }: Inputs): readonly string[] {
  if (names.length > 0 === all)
    throw new AtkError("E_USAGE", all ? "--all and names exclude each other" : "name a plugin, or say --all", {
      hint: "atk outdated (shows what could be upgraded)",
    });
  if (all) return manifest.plugins.filter(({ enabled }) => enabled).map(({ name }) => name);
  const known = manifest.plugins.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return [...new Set(names)];
  throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no plugin ${JSON.stringify(unknown)} in the manifest`);
}
