/** What a plugin may be at most. A folder beyond this is almost certainly the wrong folder. */
export const MAX_TREE_FILES = 10_000;
export const MAX_TREE_BYTES = 100 * 1024 * 1024;
/** Folders inside folders. */
export const MAX_TREE_DEPTH = 32;
/** UTF-16 units of a whole relative path: what is left of Windows' 260 matters to nobody, but names of 10,000 do. */
export const MAX_PATH_LENGTH = 400;

/** A number of bytes for people: `100 MiB`. */
export function showBytes(sizeBytes: number): string {
  return `${Math.ceil(sizeBytes / 1024 / 1024)} MiB`;
}
