import { join, resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import { editDotenv, parseDotenv } from "../formats/dotenv.ts";
import type { Context } from "./context.ts";

/**
 * The context with what a plugin's .env will be once the variables of another file are in it. Nothing is written yet:
 * the change that adds the plugin writes it together with everything else, readable by the user alone.
 * @throws AtkError E_USAGE when the file is not there, E_ENV when it is not a list of assignments
 */
export async function takeEnvFile(plugin: string, file: string, context: Context): Promise<Context> {
  const path = resolve(context.host.machine.workingDirectory, file);
  const text = await context.look.text(path);
  if (text === undefined) throw new AtkError("E_USAGE", `there is no file ${path}`, { at: { file: path } });
  const { entries, problems } = parseDotenv(text, path);
  if (problems.length > 0)
    throw new AtkError("E_ENV", `${path} cannot be taken over as it is`, { at: { file: path }, problems });
  const own = join(context.workspace.pluginsDirectory, plugin, ".env");
  const set = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  const after = editDotenv((await context.look.text(own)) ?? "", { set });
  return { ...context, environmentFiles: { ...context.environmentFiles, [plugin]: after } };
}
