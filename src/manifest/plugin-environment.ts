import type { ManifestValue, PluginEntry } from "./manifest.ts";
import type { EnvVar } from "./plugin.ts";
import { substitute } from "./substitute.ts";

/** Where the variables of a plugin get their values from; the first that has one counts. An empty line in .env is no value. */
export interface PluginEnvironment {
  /** Absolute path of the installed plugin: $ATK_PLUGIN_DIR. */
  readonly pluginDirectory: string;
  /** The plugin's .env on this machine. */
  readonly dotenv: Readonly<Record<string, string>>;
  /** `env` of the plugin's entry in the manifest. */
  readonly manifestEnv: Readonly<Record<string, ManifestValue>>;
  /** Where those come from, when `machines` added to them. */
  readonly layers?: PluginEntry["layers"];
  /** Whether the environment atk was started in has the variable. Its value is only ever referred to. */
  readonly isInherited?: (name: string) => boolean;
}

/** What a variable is on this machine. */
export type Binding =
  | { readonly kind: "clear"; readonly value: string }
  /** Has a value that must not be written in clear: `name` is the plugin's variable. */
  | { readonly kind: "secret"; readonly name: string }
  /** Is looked up where the server is started: `name` is the variable of that environment, `prefix` stands before its value. */
  | { readonly kind: "reference"; readonly name: string; readonly prefix?: string }
  | { readonly kind: "unset" };

export type Bind = (name: string) => Binding;

/** Where a value can stand, in the order of precedence: the first place that has one counts. */
export const PLACES = [".env", "machine", "manifest", "default", "process"] as const;

export type Place = (typeof PLACES)[number];

export interface PlacedBinding {
  readonly place: Place;
  readonly binding: Exclude<Binding, { kind: "unset" }>;
}

const PLUGIN_DIRECTORY = "ATK_PLUGIN_DIR";

/**
 * What each variable of a plugin is: what the first of PLACES that has a value makes of it.
 * A value in .env is secret when the variable is declared so, and also when it is not declared at all.
 */
export function bindVariables(declared: readonly EnvVar[], environment: PluginEnvironment): Bind {
  const placesOf = findPlaces(declared, environment);
  return (name) => {
    if (name === PLUGIN_DIRECTORY) return { kind: "clear", value: environment.pluginDirectory };
    const [first] = placesOf(name);
    return first?.binding ?? { kind: "unset" };
  };
}

/** Every place that has a value for a variable, in the order of precedence. */
export function findPlaces(
  declared: readonly EnvVar[],
  environment: PluginEnvironment,
): (name: string) => readonly PlacedBinding[] {
  const byName = new Map(declared.map((variable) => [variable.name, variable]));
  return (name) => {
    const variable = byName.get(name);
    return PLACES.flatMap((place) => {
      const binding = IN_PLACE[place](name, variable, environment);
      return binding === undefined ? [] : [{ place, binding }];
    });
  };
}

type Found = PlacedBinding["binding"] | undefined;
type Find = (name: string, variable: EnvVar | undefined, environment: PluginEnvironment) => Found;

const IN_PLACE: Readonly<Record<Place, Find>> = {
  ".env": fromDotenv,
  machine: (name, variable, environment) =>
    fromManifest(name, variable, environment.layers?.machine ?? {}, environment),
  manifest: (name, variable, environment) =>
    fromManifest(name, variable, environment.layers?.written ?? environment.manifestEnv, environment),
  default: (_name, variable, environment) => fromDefault(variable, environment),
  process: (name, _variable, { isInherited }) =>
    isInherited?.(name) === true ? { kind: "reference", name } : undefined,
};

/** Whether a name in a template means a variable of the plugin; all others belong to the shell or the server. */
export function isVariable(name: string, declared: readonly EnvVar[], environment: PluginEnvironment): boolean {
  return (
    name === PLUGIN_DIRECTORY ||
    declared.some((variable) => variable.name === name) ||
    Object.hasOwn(environment.dotenv, name) ||
    Object.hasOwn(environment.manifestEnv, name)
  );
}

function fromDotenv(name: string, variable: EnvVar | undefined, environment: PluginEnvironment): Found {
  const value = own(environment.dotenv, name);
  if (value === undefined || value === "") return undefined;
  return variable === undefined || variable.secret ? { kind: "secret", name } : clear(value, environment);
}

function fromManifest(
  name: string,
  variable: EnvVar | undefined,
  written: PluginEnvironment["manifestEnv"],
  environment: PluginEnvironment,
): Found {
  const value = own(written, name);
  if (value === undefined) return undefined;
  if (typeof value !== "string") {
    if (!("env" in value)) return { kind: "secret", name };
    const { env, prefix } = value;
    return { kind: "reference", name: env, ...(prefix === undefined ? {} : { prefix }) };
  }
  return variable?.secret === true ? { kind: "secret", name } : clear(value, environment);
}

/** A default is published with the plugin, so it is never a secret. */
function fromDefault(variable: EnvVar | undefined, environment: PluginEnvironment): Found {
  const value = variable?.default;
  return value === undefined || value === "" ? undefined : clear(value, environment);
}

/** Values may name the plugin's folder and nothing else: a `$` in a password is a `$`. */
function clear(value: string, { pluginDirectory }: PluginEnvironment): Found {
  return {
    kind: "clear",
    value: substitute(value, (name) => (name === PLUGIN_DIRECTORY ? pluginDirectory : undefined)),
  };
}

function own<T>(map: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
