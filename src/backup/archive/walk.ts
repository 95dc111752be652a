import { lstatSync, readdirSync, type Stats } from "node:fs";
import { fileFault } from "../../host/file-fault.ts";
import { nameOfBytes, systemPath } from "./byte-names.ts";

/** One place of the machine whose content goes into an archive. */
export interface Source {
  /** Its path in the archive: `plugin/data`. */
  readonly at: string;
  /** Absolute, links on the way to it resolved. */
  readonly path: string;
  /** false: neither this path (relative to the source, "" is itself) nor, for a folder, anything in it. */
  wants(relative: string, isDirectory: boolean): boolean;
}

export interface Found {
  /** Path in the archive. */
  readonly at: string;
  readonly path: string;
  readonly type: "file" | "directory" | "link" | "special" | "gone";
  readonly stats?: Stats;
}

/** Everything below a source, each folder before what is in it, sorted by the bytes of the names. Links are not followed. */
export async function* walk(source: Source): AsyncIterable<Found> {
  yield* visit(source, "");
}

async function* visit(source: Source, relative: string): AsyncIterable<Found> {
  const path = relative === "" ? source.path : `${source.path}/${relative}`;
  const at = relative === "" ? source.at : `${source.at}/${relative}`;
  const stats = statAt(path);
  if (stats === undefined) return void (yield { at, path, type: "gone" });
  const type = typeOf(stats);
  if (relative !== "" && !source.wants(relative, type === "directory")) return;
  yield { at, path, type, stats };
  if (type !== "directory") return;
  for (const name of namesIn(path)) yield* visit(source, relative === "" ? name : `${relative}/${name}`);
}

/**
 * What is at a path itself; undefined when nothing is. Without waiting: a call that waits for its turn costs more than the look.
 * @throws AtkError E_FILE
 */
export function statAt(path: string): Stats | undefined {
  try {
    return lstatSync(systemPath(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw fileFault("look at", path, error);
  }
}

/** @throws AtkError E_FILE for a folder that cannot be read */
export function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(systemPath(path), { encoding: "buffer" }).sort(Buffer.compare).map(nameOfBytes);
  } catch (error) {
    throw fileFault("list", path, error);
  }
}

function typeOf(stats: Stats): Found["type"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "link" : "special";
}
