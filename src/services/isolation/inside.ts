import { isAbsolute, relative } from "node:path";

/** Whether a path is a folder or something below it. Both absolute; links are the caller's care. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!isAbsolute(way) && way.split(/[\\/]/)[0] !== "..");
}
