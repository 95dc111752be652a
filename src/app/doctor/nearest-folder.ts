import { dirname } from "node:path";
import type { ReadFiles } from "../../core/host.ts";

/** The path itself, or the nearest one above it that exists, links resolved. */
export async function nearestFolder(path: string, files: ReadFiles): Promise<string> {
  const real = await files.realPath(path);
  if (real !== undefined || path === dirname(path)) return real ?? path;
  return nearestFolder(dirname(path), files);
}
