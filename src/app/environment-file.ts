import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { DotenvEdit } from "../formats/dotenv.ts";
import type { Context } from "./context.ts";

/** Absolute path of a plugin's .env; it may not exist. */
export function environmentFile(plugin: string, { workspace }: Pick<Context, "workspace">): string {
  return join(workspace.pluginsDirectory, plugin, ".env");
}

/** The part of the world that a plugin's .env comes from. */
export interface EnvironmentFiles extends Pick<Context, "environmentEdits"> {
  readonly look: Pick<Context["look"], "text">;
}

/**
 * What the .env of a plugin, `file`, will be when this run is done; undefined when there is none and nothing is put into one.
 * The edit is made on the file as this look sees it, so that what a person wrote meanwhile is kept.
 * @throws AtkError E_FILE, E_FORMAT when it cannot be read; E_NAME, E_ENV when the edit cannot be made
 */
export async function environmentText(
  plugin: string,
  file: string,
  { look, environmentEdits }: EnvironmentFiles,
): Promise<string | undefined> {
  const text = await look.text(file);
  const edit = environmentEdits?.[plugin];
  if (edit === undefined) return text;
  // Loaded only here: servers are started by this module too, and to edit takes a library.
  const { editDotenv } = await import("../formats/dotenv.ts");
  const edited = editDotenv(text ?? "", edit);
  return text === undefined && edited === "" ? undefined : edited;
}

/** The same context with a plugin's .env changed. Nothing is written yet: the change that is made with it writes that too. */
export function withEnvironment(plugin: string, edit: DotenvEdit, context: Context): Context {
  return { ...context, environmentEdits: { ...context.environmentEdits, [plugin]: edit } };
}

/**
 * The variables of an environment file that has no line anybody could read differently.
 * @throws AtkError E_ENV with file and line of everything that is not NAME=value, or is there twice
 */
export async function readAssignments(text: string, file: string): Promise<Readonly<Record<string, string>>> {
  const { parseDotenv } = await import("../formats/dotenv.ts");
  const { entries, problems } = parseDotenv(text, file);
  if (problems.length > 0)
    throw new AtkError("E_ENV", `${file} cannot be used as it is, so nothing was changed`, {
      at: { file },
      problems,
      hint: `correct ${problems.length === 1 ? "this line" : "these lines"} of ${file}, then do it again`,
    });
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]));
}
