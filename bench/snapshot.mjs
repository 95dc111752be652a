import { lstatSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** Path -> size, mode and time stamps (nanoseconds) of everything below a folder, the folder included. */
export function snapshot(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = [folder, ...entries.map((entry) => join(entry.parentPath, entry.name))];
  return new Map(paths.map((path) => [relative(folder, path) || ".", mark(path)]));
}

function mark(path) {
  const { mode, size, mtimeNs, ctimeNs, ino } = lstatSync(path, { bigint: true });
  return [mode, size, mtimeNs, ctimeNs, ino].join(" ");
}

/** Paths that came, went or were touched. */
export function changedPaths(before, after) {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}
