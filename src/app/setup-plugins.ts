import { join, resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import { editDotenv, parseDotenv } from "../formats/dotenv.ts";
import { keptBy } from "../manifest/kept-value.ts";
import { didYouMean } from "../manifest/suggest.ts";
import type { EnvVar } from "../manifest/plugin.ts";
import { change } from "./change.ts";
import type { Context } from "./context.ts";
import { findPlugins, type ServiceChoice } from "./find-services.ts";
import { pluginVariables } from "./plugin-variables.ts";
import type { GoodPlugin } from "./plugin-env.ts";

/** Where new values come from without asking anybody. */
export interface GivenValues {
  /** From the command line: never for secret variables. */
  readonly pairs: readonly string[];
  /** Text of a file of assignments. */
  readonly file?: { readonly text: string; readonly path: string };
  /** Takes the declared variables that atk's own environment has. */
  readonly fromEnvironment: boolean;
  readonly unset: readonly string[];
}

export interface PluginSetup {
  readonly name: string;
  /** Names of variables; values are never told. */
  readonly set: readonly string[];
  readonly unset: readonly string[];
  /** Required and without a value anywhere. */
  readonly missing: readonly string[];
}

export interface SetupOptions extends ServiceChoice {
  /** Gives the values of one plugin: from words, or by asking a person. */
  readonly values: (plugin: GoodPlugin, context: Context) => Promise<Edit>;
  readonly dryRun: boolean;
}

/** What is to be written into a plugin's .env. */
export interface Edit {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}

/**
 * Writes variables of plugins into their .env, in one transaction with whatever of the agents' entries depends on them.
 * @throws AtkError E_USAGE, E_ENV (a value that .env cannot hold, a .env that is broken), E_FILE; then nothing was changed
 */
export async function setupPlugins(options: SetupOptions, context: Context): Promise<readonly PluginSetup[]> {
  const plugins = await findPlugins(options, context);
  const edits = new Map<string, Edit>();
  const texts: Record<string, string> = {};
  for (const plugin of plugins) {
    const edit = await options.values(plugin, context);
    const text = await edited(plugin, edit, context);
    edits.set(plugin.entry.name, edit);
    if (text !== undefined) texts[plugin.entry.name] = text;
  }
  const after: Context = { ...context, environmentFiles: { ...context.environmentFiles, ...texts } };
  const results = await Promise.all(
    plugins.map(async (plugin): Promise<PluginSetup> => {
      const { set = {}, unset = [] } = edits.get(plugin.entry.name) ?? {};
      const { missing } = await pluginVariables(plugin, after);
      return { name: plugin.entry.name, set: Object.keys(set), unset, missing };
    }),
  );
  if (Object.keys(texts).length > 0) await write(Object.keys(texts), options.dryRun, after);
  return results;
}

async function write(names: readonly string[], dryRun: boolean, context: Context): Promise<void> {
  const list = names.map((name) => `'${name}'`).join(", ");
  await change(
    {
      selection: { names },
      message: `Set up plugin ${list}`,
      decisions: {},
      dryRun,
      unchecked: true,
      approve: async () => true,
    },
    context,
  );
}

/** The .env as it shall be; undefined when nothing changes. */
async function edited(
  { entry, directory, definition }: GoodPlugin,
  { set, unset }: Edit,
  { look }: Context,
): Promise<string | undefined> {
  const file = join(directory, ".env");
  const text = (await look.text(file)) ?? "";
  const broken = parseDotenv(text, file).problems;
  if (broken.length > 0)
    throw new AtkError("E_ENV", `${file} cannot be edited safely as it is`, {
      at: { file },
      problems: broken,
      hint: `correct ${file}, then atk setup ${entry.name}`,
    });
  const descriptions = definition.plugin.envVars.flatMap(({ name, description }) =>
    description === undefined ? [] : [[name, description] as const],
  );
  const after = editDotenv(text, { set, unset, describe: Object.fromEntries(descriptions) });
  return after === text ? undefined : after;
}

/** Values that were given in words. @throws AtkError E_USAGE for a secret on the command line */
export function givenValues(given: GivenValues): SetupOptions["values"] {
  return async (plugin, context) => {
    const declared = plugin.definition.plugin.envVars;
    const set = {
      ...(given.fromEnvironment ? fromEnvironment(declared, context) : {}),
      ...fromFile(given),
      ...fromPairs(given.pairs, plugin),
    };
    for (const name of Object.keys(set)) warnUnknown(name, plugin, context);
    return { set, unset: given.unset };
  };
}

function fromEnvironment(declared: readonly EnvVar[], { host }: Context): Record<string, string> {
  const found = declared.flatMap(({ name }) => {
    const value = host.machine.env[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

function fromFile({ file }: GivenValues): Record<string, string> {
  if (file === undefined) return {};
  const { entries, problems } = parseDotenv(file.text, file.path);
  if (problems.length > 0)
    throw new AtkError("E_ENV", `${file.path} cannot be taken over as it is`, { at: { file: file.path }, problems });
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]));
}

function fromPairs(pairs: readonly string[], { entry, definition }: GoodPlugin): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      const name = at === -1 ? pair : pair.slice(0, at);
      if (at < 1) throw new AtkError("E_USAGE", `--env takes NAME=VALUE; ${JSON.stringify(name)} has no value`);
      const isSecret = definition.plugin.envVars.some((variable) => variable.name === name && variable.secret);
      if (isSecret)
        throw new AtkError("E_USAGE", `${name} is secret: every process of this machine can read a command line`, {
          hint: `atk setup ${entry.name} --from-stdin < FILE, or --from-env with ${name} set`,
        });
      return [name, pair.slice(at + 1)] as const;
    }),
  );
}

function warnUnknown(name: string, { entry, definition }: GoodPlugin, { tell }: Context): void {
  const names = definition.plugin.envVars.map((variable) => variable.name);
  if (names.includes(name)) return;
  const hint = didYouMean(name, names);
  tell({
    type: "warning",
    message: `${entry.name} declares no variable ${name}; it is set all the same`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The text of a file of assignments. @throws AtkError E_USAGE */
export async function readGivenFile(path: string, context: Context): Promise<NonNullable<GivenValues["file"]>> {
  const file = resolve(context.host.machine.workingDirectory, path);
  const text = await context.look.text(file);
  if (text === undefined) throw new AtkError("E_USAGE", `there is no file ${file}`, { at: { file } });
  return { text, path: file };
}

/** What a person is asked about one variable. */
export interface Question {
  readonly variable: EnvVar;
  /** In clear; the asker masks it. */
  readonly current: string | undefined;
  /** A value that is not in .env: from the manifest, the default or the environment. */
  readonly elsewhere: boolean;
}

/** The variables of a plugin that may be asked for; those that the manifest keeps elsewhere are left out. */
export async function questionsOf(plugin: GoodPlugin, context: Context): Promise<readonly Question[]> {
  const variables = await pluginVariables(plugin, context);
  const { dotenv } = variables.environment;
  return plugin.definition.plugin.envVars
    .filter(({ name }) => dotenv[name] !== undefined || keptBy(plugin.entry.env[name]) === undefined)
    .map((variable) => ({
      variable,
      current: dotenv[variable.name],
      elsewhere: !dotenv[variable.name] && variables.value(variable.name) !== undefined,
    }));
}
