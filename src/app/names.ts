import { AtkError } from "../core/errors.ts";
import type { State } from "../core/state.ts";
import type { Manifest } from "../manifest/manifest.ts";

/** Every name that can be selected: plugins, servers, skills and instructions as the manifest writes them. */
export function entryNames(manifest: Manifest): readonly string[] {
  const paths = [...manifest.skills, ...manifest.instructions].map((entry) => entry.path);
  return [...manifest.plugins.map((entry) => entry.name), ...Object.keys(manifest.servers), ...paths];
}

/** @throws AtkError E_PLUGIN_NOT_FOUND for a name that neither the manifest nor this machine's state knows. */
export function refuseUnknownNames(names: readonly string[], manifest: Manifest, state: State): void {
  const known = new Set([...entryNames(manifest), ...Object.values(state.resources).map((recorded) => recorded.owner)]);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const list = [...known].slice(0, 12).join(", ") || "none yet";
  throw new AtkError(
    "E_PLUGIN_NOT_FOUND",
    `there is no entry named ${unknown.map((name) => JSON.stringify(name)).join(", ")}; entries: ${list}`,
  );
}
