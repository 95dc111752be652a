import { AtkError } from "../core/errors.ts";
import type { Origin } from "./hostile.ts";
import { showPath } from "./hostile.ts";
import { fitsLayout } from "./layouts/fits-layout.ts";

/** Names of a plugin's own description. */
export const PLUGIN_FILES = ["plugin.yaml", "plugin.yml"];

/** Where a plugin lies in a repository or package: its root ("" is the top), found by its plugin.yaml; undefined when nowhere. */
export function pluginRoot(paths: ReadonlySet<string>, folder: string): string | undefined {
  const roots = [join(folder, ".atk"), folder];
  return roots.find((root) => PLUGIN_FILES.some((name) => paths.has(join(root, name))));
}

/**
 * The same, and the folder itself where it has the layout of somebody else's plugins.
 * @throws AtkError E_PLUGIN_INVALID when the folder is not a plugin.
 */
export function requirePluginRoot(paths: ReadonlySet<string>, folder: string, origin: Origin): string {
  const root = pluginRoot(paths, folder);
  if (root !== undefined) return root;
  const inside = [...paths].map((path) => within(folder, path)).filter((path) => path !== undefined);
  if (fitsLayout(new Set(inside))) return folder;
  const place = folder === "" ? "at the top or in .atk/" : `in ${showPath(folder)} or its .atk/`;
  throw new AtkError("E_PLUGIN_INVALID", `${origin.what} is not a plugin: there is no plugin.yaml ${place}`, {
    at: origin.directory === undefined ? undefined : { file: origin.directory },
    hint: "name the folder that holds plugin.yaml",
  });
}

/** The folder that a source's `path` names, as paths in repositories and archives are written; "" is the top. */
export function insideFolder(path = ""): string {
  const folder = path.replaceAll("\\", "/").replace(/^(\.\/)+|\/+$/g, "");
  return folder === "." ? "" : folder;
}

export function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** A path seen from a root, or undefined when it lies elsewhere. */
export function within(root: string, path: string): string | undefined {
  if (root === "") return path;
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
}
