import { resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Context } from "./context.ts";
import { readAssignments, withEnvironment } from "./environment-file.ts";

/**
 * The context with the variables of a file put into a plugin's .env. Nothing is written yet:
 * the change that adds the plugin writes it together with everything else, readable by the user alone.
 * @throws AtkError E_USAGE when the file is not there, E_ENV when it is not a list of assignments
 */
export async function takeEnvFile(plugin: string, file: string, context: Context): Promise<Context> {
  return withEnvironment(plugin, { set: await readEnvFile(file, context) }, context);
}

/** @throws AtkError as `takeEnvFile` */
export async function readEnvFile(file: string, context: Context): Promise<Readonly<Record<string, string>>> {
  const path = resolve(context.host.machine.workingDirectory, file);
  const text = await context.look.text(path);
  if (text === undefined)
    throw new AtkError("E_USAGE", `there is no file ${path}`, {
      at: { file: path },
      hint: "name a file of NAME=value lines",
    });
  return readAssignments(text, path);
}
