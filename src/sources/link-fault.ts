import { showPath } from "./hostile.ts";
import { nameFault } from "./path-fault.ts";

export interface Names {
  /** Path of a link to its target as written. */
  readonly links: ReadonlyMap<string, string>;
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

/** As many links on one way as Linux follows. */
const MAX_HOPS = 40;
const STEPS: ReadonlySet<string> = new Set(["", ".", ".."]);

/** Why a symbolic link cannot be part of a plugin; undefined when it stays inside and leads to something there. */
export function linkFault(path: string, names: Names): string | undefined {
  const target = names.links.get(path) ?? "";
  const shown = showPath(target);
  if (target === "") return "the link has no target";
  if (target.startsWith("/") || /^[A-Za-z]:|\\/.test(target)) return `the link points to the absolute path ${shown}`;
  const odd = target.split("/").find((name) => !STEPS.has(name) && nameFault(name) !== undefined);
  if (odd !== undefined) return `the link points to ${shown}, and there ${nameFault(odd) ?? ""}`;
  const end = follow(path, names);
  if (end === undefined) return `the link points out of the plugin, to ${shown}`;
  if (end === "ring") return `the link to ${shown} leads in a ring`;
  const found = end.join("/");
  if (`${path}/`.startsWith(found === "" ? "" : `${found}/`))
    return `the link to ${shown} leads to a folder it lies in`;
  if (names.files.has(found) || names.folders.has(found)) return undefined;
  return `the link points to ${shown}, which is not part of the plugin`;
}

/** The names from the top to where a link ends; undefined when it leaves the top. */
function follow(path: string, { links }: Names): readonly string[] | "ring" | undefined {
  const done: string[] = [];
  const todo = path.split("/").reverse();
  for (let hops = 0; todo.length > 0;) {
    const name = todo.pop() ?? "";
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (done.pop() === undefined) return undefined;
      continue;
    }
    const target = links.get([...done, name].join("/"));
    if (target === undefined) {
      done.push(name);
      continue;
    }
    hops += 1;
    if (hops > MAX_HOPS) return "ring";
    // A link on the way may lead anywhere, so its own target is walked by the same rules.
    if (target.startsWith("/")) return undefined;
    todo.push(...target.split("/").reverse());
  }
  return done;
}
