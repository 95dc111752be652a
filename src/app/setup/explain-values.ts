import type { Problem } from "../../core/errors.ts";
import { findPlaces, PLACES, type Place } from "../../manifest/plugin-environment.ts";
import type { EnvVar } from "../../manifest/plugin.ts";
import type { Context } from "../context.ts";
import { environmentFile } from "../environment-file.ts";
import type { GoodPlugin } from "../plugin-env.ts";
import { pluginVariables } from "../plugin-variables.ts";
import { explainPlace, type ExplainedPlace } from "./explain-place.ts";

/** May be shown: no secret is in it. */
export interface ExplainedVariable {
  readonly name: string;
  readonly isDeclared: boolean;
  readonly required: boolean;
  readonly secret: boolean;
  readonly description?: string;
  /** Those that have a value, the one that counts first. */
  readonly places: readonly ExplainedPlace[];
}

export interface ExplainedPlugin {
  readonly plugin: string;
  /** Its .env; it may not exist. */
  readonly file: string;
  readonly variables: readonly ExplainedVariable[];
  /** Required names without a value. */
  readonly missing: readonly string[];
  /** Lines of its .env that are ignored, or that others read differently. */
  readonly problems: readonly Problem[];
  /** The order of places: the first that has a value counts. */
  readonly precedence: readonly Place[];
}

/**
 * What each variable of a plugin is on this machine and why: the declared ones in their order, then those of the manifest and of .env.
 * @throws AtkError E_FILE, E_FORMAT when its .env cannot be read
 */
export async function explainValues(plugin: GoodPlugin, context: Context): Promise<ExplainedPlugin> {
  const { entry, definition } = plugin;
  const { envVars } = definition.plugin;
  const file = environmentFile(entry.name, context);
  const { parseDotenv } = await import("../../formats/dotenv.ts");
  const { entries, problems } = parseDotenv((await context.look.text(file)) ?? "", file);
  const { environment, missing } = await pluginVariables(plugin, context);
  const lines = new Map(entries.map(({ name, line }) => [name, { file, line }]));
  const find = findPlaces(envVars, environment);
  const names = new Set([...envVars.map(({ name }) => name), ...Object.keys(entry.env), ...lines.keys()]);
  const variables = [...names].map(async (name): Promise<ExplainedVariable> => {
    const variable = envVars.find((each) => each.name === name);
    const about = { name, isSecret: variable?.secret ?? true, environment, at: lines.get(name) };
    const places = await Promise.all(find(name).map((found) => explainPlace(found, about, context)));
    return { ...describe(name, variable), places };
  });
  return { plugin: entry.name, file, variables: await Promise.all(variables), missing, problems, precedence: PLACES };
}

/** A name that nobody declared may be anything, so it counts as secret. */
function describe(name: string, variable: EnvVar | undefined): Omit<ExplainedVariable, "places"> {
  const { required = false, secret = true, description } = variable ?? {};
  const isDeclared = variable !== undefined;
  return { name, isDeclared, required, secret, ...(description === undefined ? {} : { description }) };
}
