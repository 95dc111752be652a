import { AtkError } from "../core/errors.ts";
import { setLauncher } from "../manifest/edit-manifest.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { editing } from "./edits.ts";
import type { Context } from "./context.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { secretUses } from "./secret-uses.ts";

export interface AdoptRequest {
  /** Of entries, or of secrets: then every entry that has one of them in clear. */
  readonly names: readonly string[];
  readonly all: boolean;
}

export interface Adoption {
  /** Entries whose clients get the launcher in the place of values. */
  readonly entries: readonly string[];
  /** Names of the store's values that stand in clear as long as this is not done. */
  readonly secrets: readonly string[];
  readonly edit: (inputs: Inputs) => Promise<Inputs>;
}

/** Takes `secrets: inline` out of entries. @throws AtkError E_USAGE when none is named, E_PLUGIN_NOT_FOUND for an unknown name */
export async function adoptSecrets({ names, all }: AdoptRequest, context: Context): Promise<Adoption> {
  const { manifest } = await readInputs(context);
  const clear = inlineEntries(manifest);
  if (names.length === 0 && !all) throw nothingNamed(clear);
  const entries = all ? clear : [...new Set(names.flatMap((name) => named(name, clear, manifest)))];
  const uses = secretUses(manifest).filter(({ entry }) => entries.includes(entry));
  const edit = editing(context, (text, file) =>
    entries.reduce((before, name) => setLauncher(before, name, file), text),
  );
  return { entries, secrets: [...new Set(uses.map(({ secret }) => secret))].sort(), edit };
}

/** Plugins and servers with `secrets: inline`. */
export function inlineEntries({ plugins, servers }: Manifest): readonly string[] {
  const all = [...plugins.map(({ name, secrets }) => [name, { secrets }] as const), ...Object.entries(servers)];
  return all.flatMap(([name, { secrets }]) => (secrets === "inline" ? [name] : []));
}

function named(name: string, clear: readonly string[], manifest: Manifest): readonly string[] {
  if (clear.includes(name)) return [name];
  const users = secretUses(manifest).filter(({ secret }) => secret === name);
  const found = users.filter(({ delivery }) => delivery === "inline").map(({ entry }) => entry);
  if (found.length > 0 || users.length > 0) return found;
  if (manifest.plugins.some((entry) => entry.name === name) || Object.hasOwn(manifest.servers, name)) return [];
  throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no entry and no secret ${JSON.stringify(name)} in the manifest`, {
    hint: clear.length === 0 ? "no entry has secrets in clear" : `with secrets in clear: ${clear.join(", ")}`,
  });
}

function nothingNamed(clear: readonly string[]): AtkError {
  if (clear.length === 0)
    return new AtkError("E_USAGE", "no entry of the manifest has its secrets in clear: there is nothing to adopt", {
      hint: "atk import finds entries that are not in the manifest yet",
    });
  return new AtkError("E_USAGE", `name what to adopt: ${clear.join(", ")}`, { hint: "atk secret adopt --all" });
}
