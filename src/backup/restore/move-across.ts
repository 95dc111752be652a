import {
  chmodSync,
  closeSync,
  copyFileSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { systemPath } from "../archive/byte-names.ts";

/** A file or a link onto another disk: copied beside its new place, and renamed there. Can be done again after a part of it. */
export function moveAcross(from: string, path: string): void {
  const [source, beside] = [systemPath(from), systemPath(join(dirname(path), `.atk-work-${basename(from)}`))];
  const stats = lstatSync(source);
  rmSync(beside, { force: true });
  if (stats.isSymbolicLink()) symlinkSync(readlinkSync(source, { encoding: "buffer" }), beside);
  else copyFileSync(source, beside);
  if (process.getuid?.() === 0) lchownSync(beside, stats.uid, stats.gid);
  if (!stats.isSymbolicLink()) chmodSync(beside, stats.mode & 0o7777);
  lutimesSync(beside, stats.mtimeMs / 1000, stats.mtimeMs / 1000);
  if (!stats.isSymbolicLink()) sync(beside);
  renameSync(beside, systemPath(path));
  rmSync(source, { force: true });
}

function sync(path: string | Buffer): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
