import { isAbsolute, join, normalize } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Files } from "../../core/host.ts";
import { isInside } from "./inside.ts";
import { KEPT_HOME } from "./isolation.ts";

/**
 * The folders of a plugin that it may write in, links resolved; new ones are made. Without a wish it is the whole plugin.
 * @throws AtkError E_SERVICE when a path leads out of the plugin, by itself or through a link.
 */
export async function writableFolders(
  plugin: string,
  wished: readonly string[] | undefined,
  files: Files,
): Promise<readonly string[]> {
  if (wished === undefined) return [plugin];
  const paths = wished.filter((path) => path !== KEPT_HOME);
  const found: string[] = [];
  for (const path of paths) found.push(await makeInside(plugin, path, files));
  return [...new Set(found)].sort();
}

/** Step by step, so that nothing is made behind a link that leads out. */
async function makeInside(plugin: string, path: string, files: Files): Promise<string> {
  if (isAbsolute(path)) throw leadsOut(plugin, path);
  let at = plugin;
  for (const name of normalize(path).split(/[\\/]/)) {
    if (name === "" || name === ".") continue;
    const next = join(at, name);
    if ((await files.stat(next)) === undefined) await files.makeDirectory(next, 0o700);
    at = (await files.realPath(next)) ?? next;
    if (!isInside(at, plugin)) throw leadsOut(plugin, path);
  }
  return at;
}

function leadsOut(plugin: string, path: string): AtkError {
  return new AtkError("E_SERVICE", `the plugin in ${plugin} may not write in '${path}': it leads out of the plugin`, {
    at: { file: plugin },
    hint: "name folders inside the plugin under isolation.write",
  });
}
