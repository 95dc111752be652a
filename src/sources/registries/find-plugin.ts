import { AtkError } from "../../core/errors.ts";
import type { Source } from "../../manifest/manifest.ts";
import type { SourceContext } from "../context.ts";
import type { RegistryEntry } from "../registry-index.ts";
import { loadRegistry, type LoadedRegistry } from "./load-registry.ts";
import { BUILT_IN, registriesOf, registryNamed, type Registry } from "./registry.ts";

type RegistrySource = Extract<Source, { type: "registry" }>;

export interface FoundPlugin {
  readonly loaded: LoadedRegistry;
  readonly entry: RegistryEntry;
}

/**
 * The plugin of that name in the registry that the source names, else in the first by priority that has it. A registry that cannot
 * be read is an error and not passed over: a name of a private registry must never be taken from a public one instead.
 * @throws AtkError E_PLUGIN_NOT_FOUND with what was probably meant, and everything that loading a registry throws.
 */
export async function findPlugin(name: string, source: RegistrySource, context: SourceContext): Promise<FoundPlugin> {
  const asked = source.registry === undefined ? registriesOf(context) : [registryNamed(source.registry, context)];
  const seen: LoadedRegistry[] = [];
  for (const registry of asked) {
    const loaded = await loadRegistry(registry, "if-old", context).catch((error: unknown) => {
      throw unread(name, registry, asked, error);
    });
    const entry = loaded.index.plugins.find((each) => each.name === name);
    if (entry !== undefined) return { loaded, entry };
    seen.push(loaded);
  }
  throw await notFound(name, seen);
}

/** What a person adding the plugin should know of the choice: other registries that have the name too. Uses no network. */
export async function namesakes(name: string, chosen: string, context: SourceContext): Promise<readonly string[]> {
  const others = registriesOf(context).filter((registry) => registry.name !== chosen);
  const found = await Promise.all(
    others.map(async (registry) => {
      const loaded = await loadRegistry(registry, "never", context).catch(() => undefined);
      return loaded?.index.plugins.some((each) => each.name === name) === true ? [registry.name] : [];
    }),
  );
  return found.flat();
}

function unread(name: string, registry: Registry, asked: readonly Registry[], error: unknown): unknown {
  if (!(error instanceof AtkError) || !["E_GIT", "E_SOURCE"].includes(error.code) || asked.length === 1) return error;
  const message = `${name}: registry ${registry.name} comes first and cannot be read: ${error.message}`;
  const other = asked.find((each) => each.name !== registry.name)?.name ?? BUILT_IN;
  return new AtkError(error.code, message, {
    hint: `when the network is there again; or ask another registry: atk add ${other}/${name}`,
    cause: error,
  });
}

async function notFound(name: string, seen: readonly LoadedRegistry[]): Promise<AtkError> {
  const names = seen.flatMap(({ index }) => index.plugins.map((each) => each.name));
  const { didYouMean } = await import("../../manifest/suggest.ts");
  const [first] = seen;
  const where =
    seen.length === 1 && first !== undefined && first.registry.name !== BUILT_IN
      ? `registry ${first.registry.name}`
      : "the registry";
  const who =
    seen.length > 1
      ? `none of the registries ${seen.map((each) => each.registry.name).join(", ")} has a`
      : `${where} has no`;
  return new AtkError("E_PLUGIN_NOT_FOUND", `${who} plugin ${JSON.stringify(name)}`, {
    hint: didYouMean(name, names) ?? "atk search (lists what there is)",
  });
}
