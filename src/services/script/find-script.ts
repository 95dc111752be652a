import { constants, accessSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { ReadFiles } from "../../core/host.ts";

/**
 * The file `atk run PLUGIN NAME` means: custom/NAME, custom/NAME.sh, NAME, NAME.sh, the first that is there.
 * @throws AtkError E_NAME for a name that leads out of the plugin, E_HOSTILE for a link that does, E_USAGE when there is none or it
 * may not be run
 */
export async function findScript(directory: string, name: string, files: ReadFiles): Promise<string> {
  refuseName(name);
  const places = [`custom/${name}`, `custom/${name}.sh`, name, `${name}.sh`].map((each) => join(directory, each));
  const found = places.find(isFile);
  if (found === undefined) throw await notFound(directory, name, files);
  const real = realpathSync(found);
  if (!real.startsWith(realpathSync(directory) + sep))
    throw new AtkError("E_HOSTILE", `${found} leads out of the plugin, to ${real}`, { at: { file: found } });
  refuseNotExecutable(found);
  return found;
}

/** What cannot be looked at, as a link to itself or a name that is too long, is no script. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function refuseName(name: string): void {
  const parts = name.split("/");
  const isOutside = /^([A-Za-z]:|[/~])|[\\\p{Cc}]/u.test(name) || parts.includes("..") || parts.includes("");
  if (!isOutside) return;
  throw new AtkError("E_NAME", `${JSON.stringify(name)} is not the name of a script in the plugin`, {
    hint: "name a file in the plugin's folder, without `..`",
  });
}

async function notFound(directory: string, name: string, files: ReadFiles): Promise<AtkError> {
  const folders = [directory, join(directory, "custom")];
  const scripts = [...new Set((await Promise.all(folders.map((folder) => scriptsIn(folder, files)))).flat())];
  const known = scripts.length === 0 ? "it has none" : `it has ${scripts.join(", ")}`;
  return new AtkError("E_USAGE", `there is no script ${JSON.stringify(name)} in ${directory}; ${known}`, {
    at: { file: directory },
    hint: await didYouMean(name, scripts),
  });
}

/** A slip of the keyboard: at most two strokes, and not most of the name. */
async function didYouMean(name: string, scripts: readonly string[]): Promise<string | undefined> {
  if (scripts.length === 0) return undefined;
  const { closest, distance } = await import("fastest-levenshtein");
  const near = closest(
    name,
    scripts.map((script) => script.replace(/\.sh$/, "")),
  );
  const steps = distance(name, near);
  return steps <= 2 && steps < near.length / 2 ? `did you mean \`${near}\`?` : undefined;
}

async function scriptsIn(folder: string, files: ReadFiles): Promise<readonly string[]> {
  const entries = (await files.list(folder)) ?? [];
  return entries
    .filter(({ name, type }) => type === "file" && isExecutable(join(folder, name)))
    .map(({ name }) => name);
}

function refuseNotExecutable(path: string): void {
  if (process.platform === "win32" || isExecutable(path)) return;
  throw new AtkError("E_USAGE", `${path} may not be run: permission denied`, {
    at: { file: path },
    hint: `chmod +x ${quoted(path)}`,
  });
}

/** As a word of a POSIX shell. */
function quoted(path: string): string {
  return /^[\w/.:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
