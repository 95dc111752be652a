import { MAX_PATH_LENGTH, MAX_TREE_DEPTH } from "./tree-limits.ts";

/**
 * Why a path cannot be part of a plugin; undefined when it can. A plugin must mean the same on every system,
 * so what one of Linux, macOS and Windows cannot hold is refused on all.
 */
export function pathFault(path: string): string | undefined {
  if (path === "") return "the name is empty";
  if (path.length > MAX_PATH_LENGTH) return `the path is longer than ${MAX_PATH_LENGTH} characters`;
  if (path.startsWith("/")) return "the path is absolute";
  const names = path.split("/");
  if (names.length > MAX_TREE_DEPTH) return `it lies deeper than ${MAX_TREE_DEPTH} folders`;
  for (const name of names) {
    const fault = nameFault(name);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The same for one name of a path. */
export function nameFault(name: string): string | undefined {
  if (name === "") return "the path has an empty name";
  if (name === "." || name === "..") return `the path contains "${name}"`;
  if (CONTROL.test(name)) return "the name contains a control character";
  if (INVISIBLE.test(name)) return "the name contains invisible or text-reversing characters";
  if (/\uFFFD|\p{Surrogate}/u.test(name)) return "the name is not UTF-8";
  if (/[<>:"|?*\\]/.test(name)) return 'Windows cannot hold a name with one of < > : " | ? * \\';
  if (/[. ]$/.test(name)) return "Windows cannot hold a name that ends in a dot or a space";
  if (DEVICE.test(name)) return "the name is a device on Windows";
  return undefined;
}

const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const INVISIBLE = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/;
/** Reserved with and without an ending. (Microsoft, Naming Files, Paths, and Namespaces) */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
