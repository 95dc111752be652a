import { AtkError } from "../../core/errors.ts";
import { didYouMean } from "../../manifest/suggest.ts";
import type { Context } from "../context.ts";
import { dotenvOf, type GoodPlugin } from "../plugin-env.ts";
import type { FoundPlugins } from "./find-plugins.ts";

type Values = Readonly<Record<string, string>>;

/** Values for plugins as somebody gave them, without asking. A word counts before a file, a file before the environment. */
export interface GivenValues {
  /** Words of the command line, which every process of the machine can read. */
  readonly words: Values;
  /** From a file or from stdin. */
  readonly file: Values;
  /** atk's own environment, when declared variables shall be taken from it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly unset: readonly string[];
}

/** What is to be set and unset in one plugin's .env. */
export interface Wanted {
  readonly set: Values;
  readonly unset: readonly string[];
}

/** What to set and unset, by plugin. */
export type WantedByPlugin = ReadonlyMap<string, Wanted>;

/**
 * What each plugin takes of the values: one that was named takes all, several that share them take what they know. Empty values are none.
 * @throws AtkError E_USAGE for a secret among the words; it is not repeated
 */
export function wantedOf({ plugins, isNamed }: FoundPlugins, given: GivenValues): WantedByPlugin {
  refuseSecretWords(plugins, given);
  return new Map(
    plugins.map((plugin) => {
      const known = knownNames(plugin);
      const takes = ([name, value]: readonly [string, string]): boolean =>
        value !== "" && (isNamed || known.includes(name)) && !given.unset.includes(name);
      const values = Object.entries({ ...inherited(plugin, given), ...given.file, ...given.words });
      return [plugin.entry.name, { set: Object.fromEntries(values.filter(takes)), unset: given.unset }] as const;
    }),
  );
}

function inherited({ definition }: GoodPlugin, { environment = {} }: GivenValues): Values {
  return Object.fromEntries(
    definition.plugin.envVars.flatMap(({ name }) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function refuseSecretWords(plugins: readonly GoodPlugin[], { words }: GivenValues): void {
  for (const { entry, definition } of plugins) {
    const secret = definition.plugin.envVars.find((variable) => variable.secret && Object.hasOwn(words, variable.name));
    if (secret === undefined) continue;
    throw new AtkError(
      "E_USAGE",
      `${secret.name} of ${entry.name} is a secret, and every process can read the words of a command line`,
      {
        hint: `--from-file FILE, --from-stdin, --from-env, or atk secret set ${secret.name}`,
      },
    );
  }
}

export interface UnknownName {
  readonly message: string;
  readonly hint?: string;
}

/** Sentences about names that neither the plugins know nor their .env files have. */
export async function unknownNames(
  { plugins, isNamed }: FoundPlugins,
  given: GivenValues,
  context: Context,
): Promise<readonly UnknownName[]> {
  const named = [...new Set([...Object.keys({ ...given.file, ...given.words }), ...given.unset])];
  const known = [...new Set(plugins.flatMap(knownNames))];
  const unknown = named.filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  // One that cannot be read is told about when it is to be changed.
  const present = await Promise.all(plugins.map((plugin) => dotenvOf(plugin, context).catch(() => ({}))));
  const there = new Set(present.flatMap((values) => Object.keys(values)));
  const owner = isNamed ? plugins[0]?.entry.name : undefined;
  return unknown.filter((name) => !there.has(name)).map((name) => asUnknown(name, owner, known));
}

function asUnknown(name: string, owner: string | undefined, known: readonly string[]): UnknownName {
  const hint = didYouMean(name, known);
  const message =
    owner === undefined ? `no plugin declares ${name}: it was left out` : `${owner} declares no variable ${name}`;
  return { message, ...(hint === undefined ? {} : { hint }) };
}

/** Declared, named by one of its servers, or given a value by the manifest. */
function knownNames({ entry, definition }: GoodPlugin): readonly string[] {
  const { envVars, servers } = definition.plugin;
  const ofServers = servers.flatMap((server) => (server.transport === "stdio" ? Object.keys(server.env) : []));
  return [...envVars.map(({ name }) => name), ...ofServers, ...Object.keys(entry.env)];
}
