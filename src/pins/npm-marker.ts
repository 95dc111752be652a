import { join } from "node:path";
import type { ReadFiles } from "../core/host.ts";
import { stampOf } from "../host/stamp.ts";

/** Written last: where it is, everything else is. */
export const MARKER = "complete";

/** How a program of an installed package is started. */
export interface StoredBin {
  /** Below the folder of the installation, with `/`. */
  readonly file: string;
  /** Whether it is for Node; anything else is started by itself. */
  readonly isNode: boolean;
}

interface Marker {
  readonly version: 1;
  readonly bins: Readonly<Record<string, StoredBin>>;
  /** Path and stamp of every folder, and of every file that can be run or loaded. */
  readonly stamps: readonly (readonly [path: string, stamp: string])[];
}

/** Texts that Node never loads are covered by the full check alone. */
const NEVER_LOADED =
  /(?:\.(?:d\.[cm]?ts|map|md|markdown|txt|html|flow|tsbuildinfo)|\/(?:licen[cs]e|changelog|readme)[^/]*)$/i;

export function printMarker(folder: string, paths: readonly string[], bins: Marker["bins"]): string {
  const watched = paths.filter((path) => !NEVER_LOADED.test(path));
  const marker: Marker = { version: 1, bins, stamps: watched.map((path) => [path, stampOf(join(folder, path))]) };
  return JSON.stringify(marker);
}

/**
 * The program of an installation that nobody has touched since; undefined when it is not there, or when anything in it may have
 * been changed. Cost: one `lstat` for each file that can be loaded.
 */
export async function untouchedBin(
  folder: string,
  bin: string | undefined,
  files: Pick<ReadFiles, "read" | "stat">,
): Promise<StoredBin | undefined> {
  const marker = await readMarker(folder, files);
  if (marker === undefined) return undefined;
  if (marker.stamps.some(([path, stamp]) => stampOf(join(folder, path)) !== stamp)) return undefined;
  return binIn(marker, bin);
}

function binIn({ bins }: Marker, bin: string | undefined): StoredBin | undefined {
  const name = bin ?? Object.keys(bins)[0] ?? "";
  return Object.hasOwn(bins, name) ? bins[name] : undefined;
}

async function readMarker(folder: string, files: Pick<ReadFiles, "read" | "stat">): Promise<Marker | undefined> {
  const path = join(folder, MARKER);
  const bytes = (await files.stat(path)) === undefined ? undefined : await files.read(path);
  if (bytes === undefined) return undefined;
  try {
    const marker = JSON.parse(new TextDecoder().decode(bytes)) as Marker;
    return marker.version === 1 ? marker : undefined;
  } catch {
    return undefined;
  }
}
