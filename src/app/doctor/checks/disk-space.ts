import { statfs } from "node:fs/promises";
import { cacheRoot, stateRoot } from "../../machine-paths.ts";
import { nearestFolder } from "../nearest-folder.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

export const diskSpace: Check = {
  id: "disk-space",
  title: "Disk space",
  about: "machine",
  async examine({ files, machine }) {
    const folders = { state: stateRoot(machine), cache: cacheRoot(machine) };
    return Promise.all(
      Object.entries(folders).map(async ([subject, path]) => {
        const folder = await nearestFolder(path, files);
        const { bavail, bsize, ffree, files: inodes } = await statfs(folder);
        return { subject, ...judgeSpace(bavail * bsize, inodes > 0 ? ffree : Infinity), at: { file: folder } };
      }),
    );
  },
};

const MB = 2 ** 20;
const LEAST_FREE = 20 * MB;
const LITTLE_FREE = 200 * MB;
/** Some file systems run out of files before they run out of bytes. */
const LEAST_FILES = 1000;

export function judgeSpace(freeBytes: number, freeFiles: number): Answer {
  const free = freeBytes < 1024 * MB ? `${Math.floor(freeBytes / MB)} MB` : `${Math.floor(freeBytes / MB / 1024)} GB`;
  const fix = "npm cache clean --force";
  if (freeFiles < LEAST_FILES) return { state: "problem", detail: `room for only ${freeFiles} more files`, fix };
  if (freeBytes < LEAST_FREE)
    return { state: "problem", detail: `only ${free} free; atk could not write its journal`, fix };
  if (freeBytes < LITTLE_FREE) return { state: "warning", detail: `only ${free} free`, fix };
  return { state: "ok", detail: `${free} free` };
}
