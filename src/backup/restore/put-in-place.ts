import { chmodSync, lstatSync, mkdirSync, renameSync, rmdirSync, rmSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { fileFault } from "../../host/file-fault.ts";
import { systemPath } from "../archive/byte-names.ts";
import type { ListedEntry } from "../archive/entry.ts";
import { moveAcross } from "./move-across.ts";
import { giveBack } from "./stage.ts";

/** One step of putting a verified backup in its place. Each can be done again after it was done, and after a part of it. */
export type Step =
  | { readonly do: "remove"; readonly path: string }
  /** A folder, if nothing is left in it. */
  | { readonly do: "remove-empty"; readonly path: string }
  | { readonly do: "folder"; readonly path: string; readonly away: string }
  /** What is in the way: a file is replaced, a folder is moved to `away`. */
  | { readonly do: "move"; readonly from: string; readonly path: string; readonly away: string }
  | { readonly do: "dress"; readonly path: string; readonly entry: ListedEntry; readonly owners: boolean };

/** @throws AtkError E_FILE; doing all steps again goes on from there */
export async function putInPlace(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    try {
      await putOne(step).catch((error: unknown) => {
        if (!openFolderOf(step.path, error)) throw error;
        return putOne(step);
      });
    } catch (error) {
      throw fileFault("restore", step.path, error);
    }
  }
}

/** A folder that its owner may not write to is made writable; its own mode comes back when it is dressed. */
function openFolderOf(path: string, error: unknown): boolean {
  if ((error as NodeJS.ErrnoException).code !== "EACCES") return false;
  const folder = systemPath(dirname(path));
  const stats = statAt(folder);
  if (stats === undefined || stats.uid !== process.getuid?.() || (stats.mode & 0o300) === 0o300) return false;
  chmodSync(folder, (stats.mode & 0o7777) | 0o700);
  return true;
}

async function putOne(step: Step): Promise<void> {
  const at = systemPath(step.path);
  switch (step.do) {
    case "remove":
      return rmSync(at, { force: true });
    case "remove-empty":
      return removeEmpty(at);
    case "folder":
      if (statAt(at)?.isDirectory()) return;
      if (statAt(at) !== undefined) renameSync(at, freeName(step.away));
      return void mkdirSync(at, { mode: 0o700 });
    case "move":
      return move(step);
    case "dress":
      return giveBack(step.path, step.entry, step.owners);
  }
}

function move({ from, path, away }: Extract<Step, { readonly do: "move" }>): void {
  if (statAt(systemPath(from)) === undefined) return;
  if (statAt(systemPath(path))?.isDirectory()) renameSync(systemPath(path), freeName(away));
  try {
    renameSync(systemPath(from), systemPath(path));
  } catch (error) {
    // Another disk is mounted inside of the data.
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    moveAcross(from, path);
  }
}

/** An earlier restore may have put something there. */
function freeName(wanted: string): string | Buffer {
  for (let count = 1; ; count += 1) {
    const name = systemPath(count === 1 ? wanted : `${wanted}-${count}`);
    if (statAt(name) === undefined) return name;
  }
}

function removeEmpty(at: string | Buffer): void {
  try {
    rmdirSync(at);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
  }
}

function statAt(path: string | Buffer): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
