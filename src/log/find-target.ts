import { basename, dirname, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { FileStat, ReadFiles } from "../core/host.ts";
import { digestBytes } from "../host/digest.ts";
import type { FileChange } from "../host/file-change.ts";
import type { Directory, ResolveDirectory } from "./resolve-directory.ts";
import { resolveLink } from "./resolve-link.ts";
import type { Snapshot } from "./step.ts";

/** A change of one path; directories that are only taken away need no target. */
export type PathChange = Exclude<FileChange, { readonly type: "remove-directory" }>;

/** The place a change is really about, and what is there now. */
export interface Target {
  readonly path: string;
  readonly directory: Directory;
  readonly now: Snapshot;
  /** Of a regular file: its content and what stat says. */
  readonly file?: { readonly bytes: Uint8Array; readonly stat: FileStat };
}

/**
 * Reads the place of a change. A `write` or `remove` goes through a symbolic link to the file behind it,
 * except when the change expects the link itself.
 * @throws AtkError E_FILE when a directory, pipe or device is there, or the link leads nowhere.
 */
export async function findTarget(change: PathChange, resolve: ResolveDirectory, files: ReadFiles): Promise<Target> {
  const directory = await resolve(dirname(change.path));
  const path = join(directory.path, basename(change.path));
  if (directory.missing.length > 0) return { path, directory, now: { state: "absent" } };
  const stat = await files.stat(path);
  if (stat?.type !== "link") return readTarget({ path, directory }, stat, files);
  if (change.type === "link" || change.expected.state === "link") {
    return { path, directory, now: { state: "link", target: (await files.readLink(path)) ?? "" } };
  }
  const behind = await resolveLink(path, files);
  return readTarget({ path: behind, directory: await resolve(dirname(behind)) }, await files.stat(behind), files);
}

type Place = Pick<Target, "path" | "directory">;

async function readTarget(place: Place, stat: FileStat | undefined, files: ReadFiles): Promise<Target> {
  if (stat === undefined) return { ...place, now: { state: "absent" } };
  if (stat.type !== "file") throw notAFile(place.path, stat.type);
  const bytes = await files.read(place.path);
  if (bytes === undefined) return { ...place, now: { state: "absent" } };
  return { ...place, now: { state: "file", digest: digestBytes(bytes) }, file: { bytes, stat } };
}

function notAFile(path: string, type: FileStat["type"]): AtkError {
  const found =
    type === "directory" ? "it is a directory" : "it is neither a file nor a link (a pipe, socket or device)";
  return new AtkError("E_FILE", `cannot change ${path}: ${found}`, {
    at: { file: path },
    hint: `look at it and move it away: mv ${path} ${path}.old`,
  });
}
