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
  const found = places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile() === true);
  if (found === undefined) throw await notFound(directory, name, files);
  const real = realpathSync(found);
  if (!real.startsWith(realpathSync(directory) + sep))
    throw new AtkError("E_HOSTILE", `${found} leads out of the plugin, to ${real}`, { at: { file: found } });
  refuseNotExecutable(found);
  return found;
}

function refuseName(name: string): void {
  const parts = name.split("/");
  const isOutside =
    /^([A-Za-z]:|[\\/~])|[\\\u0000-\u001f\u007f]/.test(name) || parts.includes("..") || parts.includes("");
  if (!isOutside) return;
  throw new AtkError("E_NAME", `${JSON.stringify(name)} is not the name of a script in the plugin`, {
    hint: "name a file in the plugin's folder, without `..`",
  });
}

async function notFound(directory: string, name: string, files: ReadFiles): Promise<AtkError> {
  const scripts = (
    await Promise.all([directory, join(directory, "custom")].map((folder) => scriptsIn(folder, files)))
  ).flat();
  const known = scripts.length === 0 ? "it has none" : `it has ${[...new Set(scripts)].join(", ")}`;
  return new AtkError("E_USAGE", `there is no script ${JSON.stringify(name)} in ${directory}; ${known}`, {
    at: { file: directory },
  });
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
    hint: `chmod +x ${path}`,
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
