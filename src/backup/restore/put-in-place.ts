import { lstatSync, mkdirSync, renameSync, rmdirSync, rmSync, type Stats } from "node:fs";
import { fileFault } from "../../host/file-fault.ts";
import { systemPath } from "../archive/byte-names.ts";
import type { ListedEntry } from "../archive/entry.ts";
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
      await putOne(step);
    } catch (error) {
      throw fileFault("restore", step.path, error);
    }
  }
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
      if (statAt(at) !== undefined) renameSync(at, systemPath(step.away));
      return void mkdirSync(at, { mode: 0o700 });
    case "move":
      return move(step);
    case "dress":
      return giveBack(step.path, step.entry, step.owners);
  }
}

function move({ from, path, away }: Extract<Step, { readonly do: "move" }>): void {
  if (statAt(systemPath(from)) === undefined) return;
  if (statAt(systemPath(path))?.isDirectory()) renameSync(systemPath(path), systemPath(away));
  renameSync(systemPath(from), systemPath(path));
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
