import { isSecretPath } from "../git/secret-path.ts";

/**
 * What a path of a plugin's folder is: `content` is installed and digested; `data` belongs to the user or to a tool and is
 * never looked at; a `repository` inside the plugin cannot be carried by git and is refused.
 */
export type Membership = "content" | "data" | "repository";

const DATA_AT_TOP: ReadonlySet<string> = new Set([".git", "custom", ".atk-ref"]);
const MODULES = "node_modules";
const DATA_ANYWHERE: ReadonlySet<string> = new Set([MODULES, ".ds_store"]);

/** `bundles`: what the plugin depends on is part of it, as in an MCPB bundle. Letter case, and the trailing dots and spaces that Windows drops, make no difference. */
export function membership(path: string, bundles = false): Membership {
  const names = path.split("/").map((name) => name.toLowerCase().replace(/[. ]+$/, ""));
  for (const [depth, name] of names.entries()) {
    if (depth === 0 && DATA_AT_TOP.has(name)) return "data";
    if (bundles && name === MODULES) continue;
    if (DATA_ANYWHERE.has(name) || isSecretPath(name)) return "data";
    if (name === ".git") return "repository";
  }
  return "content";
}
