import { AtkError } from "../../core/errors.ts";
import type { SourceContext } from "../context.ts";
import type { RegistryEntry } from "../registry-index.ts";
import type { FoundPlugin } from "./find-plugin.ts";
import { loadAt, type LoadedRegistry } from "./load-registry.ts";
import { BUILT_IN } from "./registry.ts";

/** One version of a plugin and where it lies; no commit for what is read where it lies. */
export interface ChosenVersion {
  readonly entry: RegistryEntry;
  readonly commit?: string;
}

/**
 * The newest version that a range allows (`1.2.0`, `^1.2`, `1.x`): of what the index has and, in a git registry, of what its tags
 * `<plugin>@<version>` name. A tag counts only when the index at its commit, signed where a key is asked for, has that very version.
 * @throws AtkError E_SOURCE naming the versions that there are.
 */
export async function chooseVersion(
  { loaded, entry }: FoundPlugin,
  range: string | undefined,
  context: SourceContext,
): Promise<ChosenVersion> {
  const now = { entry, ...(loaded.commit === undefined ? {} : { commit: loaded.commit }) };
  if (range === undefined || range === entry.version) return now;
  const { maxSatisfying } = await import("semver");
  const versions = versionsOf(entry, loaded);
  const best = maxSatisfying([...versions], range);
  if (best === null) throw noVersion(entry, range, loaded);
  return best === entry.version ? now : tagged({ loaded, entry }, best, context);
}

/** All versions that can be had, the one of the index first, then from the newest on. */
export function versionsOf({ name, version }: RegistryEntry, { tags }: LoadedRegistry): readonly string[] {
  const older = Object.keys(tags).flatMap((tag) => (tag.startsWith(`${name}@`) ? [tag.slice(name.length + 1)] : []));
  const others = older.filter((each) => each !== version).sort(descending);
  return version === undefined ? others : [version, ...others];
}

/** For showing only: numbers compare as numbers. */
function descending(a: string, b: string): number {
  return b.localeCompare(a, "en", { numeric: true });
}

async function tagged({ loaded, entry }: FoundPlugin, version: string, context: SourceContext): Promise<ChosenVersion> {
  const { registry, tags } = loaded;
  const tag = `${entry.name}@${version}`;
  const commit = tags[tag] ?? "";
  const index = await loadAt(registry, commit, context);
  const found = index.plugins.find((each) => each.name === entry.name);
  if (found?.version === version) return { entry: found, commit };
  const has = found === undefined ? "does not list it" : `has version ${found.version ?? "unknown"}`;
  throw new AtkError(
    "E_INTEGRITY",
    `registry ${registry.name}: its tag ${tag} is at ${commit.slice(0, 10)}, where the index ${has}`,
    {
      hint: `ask who keeps the registry, or ask for another version`,
    },
  );
}

function noVersion(entry: RegistryEntry, range: string, loaded: LoadedRegistry): AtkError {
  const { name } = entry;
  const versions = versionsOf(entry, loaded).slice(0, 10);
  if (loaded.registry.name === BUILT_IN) {
    const message = `${name}: version ${range} is asked for, the registry of this atk has ${entry.version ?? "none"}`;
    return new AtkError("E_SOURCE", message, {
      hint: `ask for ${name}@${entry.version ?? range}, or use the atk that has ${range}`,
    });
  }
  const message = `${name}: version ${range} is asked for, registry ${loaded.registry.name} has ${versions.join(", ") || "no versions"}`;
  return new AtkError("E_SOURCE", message, {
    hint: `ask for one of them, or look again: atk registry update ${loaded.registry.name}`,
  });
}
