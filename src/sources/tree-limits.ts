/** What a plugin may be at most. A folder beyond this is almost certainly the wrong folder. */
export const MAX_TREE_FILES = 10_000;
export const MAX_TREE_BYTES = 100 * 1024 * 1024;
/** Folders inside folders. */
export const MAX_TREE_DEPTH = 32;
/** UTF-16 units of a whole relative path: what is left of Windows' 260 matters to nobody, but names of 10,000 do. */
export const MAX_PATH_LENGTH = 400;

/** What is downloaded at most, and what may come out of it: a plugin can be a small folder of a large repository. */
export const MAX_ARCHIVE_BYTES = 200 * 1024 * 1024;
export const MAX_UNPACKED_BYTES = 500 * 1024 * 1024;
export const MAX_ARCHIVE_ENTRIES = 50_000;

/** A number of bytes for people: `100 MiB`. */
export function showBytes(sizeBytes: number): string {
  return `${Math.ceil(sizeBytes / 1024 / 1024)} MiB`;
}
