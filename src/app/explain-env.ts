import type { Context } from "./context.ts";
import { findPlugins } from "./find-services.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { pluginVariables } from "./plugin-variables.ts";

/** In this order; the first that has a value counts. */
export const PLACES = [".env", "manifest", "default", "process"] as const;
export type Place = (typeof PLACES)[number];

export interface ExplainedVariable {
  readonly name: string;
  readonly required: boolean;
  readonly secret: boolean;
  /** Where the value comes from. */
  readonly from: Place | "unset";
  /** Masked; absent for values that are kept elsewhere: nothing is looked up. */
  readonly value?: string;
  /** Every place that has one, masked, the one that counts first. */
  readonly places: readonly { readonly place: Place; readonly value: string }[];
}

/** Where every variable of a plugin has its value from on this machine. Nothing secret is in it. */
export async function explainEnvironment(name: string, context: Context): Promise<readonly ExplainedVariable[]> {
  const [plugin] = await findPlugins({ names: [name], all: false }, context);
  if (plugin === undefined) return [];
  const { environment } = await pluginVariables(plugin, context);
  const declared = new Map(plugin.definition.plugin.envVars.map((variable) => [variable.name, variable]));
  const names = new Set([...declared.keys(), ...Object.keys(environment.dotenv), ...Object.keys(plugin.entry.env)]);
  return [...names].map((each): ExplainedVariable => {
    const variable = declared.get(each);
    const found = placesOf(each, plugin, { dotenv: environment.dotenv, process: context.host.machine.env });
    const [first] = found;
    return {
      name: each,
      required: variable?.required ?? false,
      // What stands in .env without being declared may be anything.
      secret: variable?.secret ?? each in environment.dotenv,
      from: first?.place ?? "unset",
      ...(first === undefined ? {} : { value: first.value }),
      places: found,
    };
  });
}

interface Sources {
  readonly dotenv: Readonly<Record<string, string>>;
  readonly process: Readonly<Record<string, string | undefined>>;
}

function placesOf(name: string, { entry, definition }: GoodPlugin, sources: Sources): ExplainedVariable["places"] {
  const variable = definition.plugin.envVars.find((each) => each.name === name);
  const isSecret = variable?.secret ?? true;
  const show = (value: string, isOpen = false): string => (isSecret && !isOpen ? mask(value) : value);
  const written = entry.env[name];
  const values: Readonly<Record<Place, string | undefined>> = {
    ".env": sources.dotenv[name] || undefined,
    manifest: written === undefined ? undefined : typeof written === "string" ? written : describe(written),
    default: variable?.default || undefined,
    process: sources.process[name] || undefined,
  };
  return PLACES.flatMap((place) => {
    const value = values[place];
    if (value === undefined) return [];
    // A default is published with the plugin, and a reference says only where.
    const isOpen = place === "default" || (place === "manifest" && typeof written !== "string");
    return [{ place, value: show(value, isOpen) }];
  });
}

function describe(value: Exclude<GoodPlugin["entry"]["env"][string], string>): string {
  if ("env" in value) return `the variable ${value.env}`;
  if ("secret" in value) return `the secret ${value.secret}`;
  if ("file" in value) return `the file ${value.file}`;
  return "command" in value ? `the command ${value.command[0] ?? ""}` : `the keychain's ${value.keychain}`;
}

const SHOWN = 4;

/** The last four characters, of longer ones only. */
function mask(value: string): string {
  return value.length <= 2 * SHOWN ? "****" : `****${value.slice(-SHOWN)}`;
}
