import { hostile } from "./hostile.ts";
import { MAX_ARCHIVE_BYTES, MAX_ARCHIVE_ENTRIES, MAX_UNPACKED_BYTES, showBytes } from "./tree-limits.ts";

/**
 * Why a path makes a whole archive suspicious, wherever in it the plugin lies; undefined when it does not.
 * The plugin's own files are judged by the stricter rules of every plugin.
 */
export function escapeFault(path: string): string | undefined {
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "the path is absolute";
  if (path.includes("\\")) return "the path has a backslash, which is a folder's end on Windows";
  if (path.split("/").includes("..")) return 'the path contains ".."';
  return undefined;
}

export function tooManyEntries(what: string): Error {
  return hostile(
    { what },
    ".",
    `more than ${MAX_ARCHIVE_ENTRIES} entries`,
    "add the plugin from an archive of its own",
  );
}

export function unpacksTooLarge(what: string): Error {
  const limit = showBytes(MAX_UNPACKED_BYTES);
  return hostile({ what }, ".", `it unpacks to more than ${limit}`, "add the plugin from an archive of its own");
}

export function downloadTooLarge(what: string): Error {
  return hostile(
    { what },
    ".",
    `it is larger than ${showBytes(MAX_ARCHIVE_BYTES)}`,
    "add the plugin from an archive of its own",
  );
}
