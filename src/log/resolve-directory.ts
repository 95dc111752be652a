import { basename, dirname, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";

/** A directory in which a change will be made. */
export interface Directory {
  /** Links on the way resolved. */
  readonly path: string;
  /** The nearest directory on the way that is there and stays: what is new is staged here, on the same file system. */
  readonly anchor: string;
  /** What has to be made, outermost first. */
  readonly missing: readonly string[];
}

export type ResolveDirectory = (path: string) => Promise<Directory>;

/**
 * Finds the real place of directories, each asked for once.
 * `leaving`: paths that this same transaction takes away; a link or file among them does not count as a directory on the way.
 * @throws AtkError E_FILE when something other than a directory is on the way.
 */
export function directoryResolver(files: ReadFiles, leaving: ReadonlySet<string>): ResolveDirectory {
  const known = new Map<string, Promise<Directory>>();
  const resolve: ResolveDirectory = (path) => {
    const found = known.get(path) ?? resolveOne(path);
    known.set(path, found);
    return found;
  };
  const resolveOne = async (path: string): Promise<Directory> => {
    if (dirname(path) === path) return { path, anchor: path, missing: [] };
    const parent = await resolve(dirname(path));
    const real = parent.missing.length > 0 || leaving.has(path) ? undefined : await realDirectory(path, files);
    if (real !== undefined) return { path: real, anchor: real, missing: [] };
    const made = join(parent.path, basename(path));
    return { path: made, anchor: parent.anchor, missing: [...parent.missing, made] };
  };
  return resolve;
}

async function realDirectory(path: string, files: ReadFiles): Promise<string | undefined> {
  const real = await files.realPath(path);
  const stat = await files.stat(real ?? path);
  if (stat === undefined) return undefined;
  if (real !== undefined && stat.type === "directory") return real;
  if (stat.type === "link") throw inTheWay(path, `it is a link to ${await files.readLink(path)}, which does not exist`);
  throw inTheWay(path, "it is not a directory");
}

function inTheWay(path: string, found: string): AtkError {
  return new AtkError("E_FILE", `cannot use ${path} as a directory: ${found}`, {
    at: { file: path },
    hint: `look at it and move it away: ls -ld ${path}`,
  });
}
