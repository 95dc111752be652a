import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { createWorld, initHome, type World } from "./world.ts";

export const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

/** A home that backs up ~/data to local and ~/disk. */
export function backupHome(more = ""): World {
  const world = createWorld();
  initHome(
    world,
    ["cursor"],
    `plugins: []\nbackup_targets:\n  disk: { path: ~/disk }\nbackups:\n  mine: { data: ["~/data"], to: [local, disk]${more} }\n`,
  );
  world.write("data/notes.txt", "first\n");
  return world;
}

export interface Made {
  readonly backups: readonly { readonly id: string; readonly outcome: string; readonly notes: readonly string[] }[];
}

export function create(world: World, ...more: readonly string[]): string {
  const { code, stdout, stderr } = world.atk("backup", "create", "mine", "--json", ...more);
  expect(code, stderr + stdout).toBe(0);
  return (JSON.parse(stdout) as Made).backups[0]?.id ?? "";
}

export function onDisk(world: World, id: string): string {
  return world.path(`disk/mine/${id}`);
}

export function archive(world: World, id: string): string {
  const name = readdirSync(onDisk(world, id)).find((each) => each.startsWith("data.tar")) ?? "";
  return join(onDisk(world, id), name);
}

/** Everything that a restore has to bring back. Names are bytes. */
export function describeTree(folder: string, below = Buffer.alloc(0)): readonly string[] {
  const here = Buffer.concat([Buffer.from(`${folder}/`), below]);
  const names = readdirSync(here, { encoding: "buffer" }).sort(Buffer.compare);
  return names.flatMap((name) => {
    const path = Buffer.concat([here, Buffer.from("/"), name]);
    const stats = lstatSync(path);
    const way = Buffer.concat([below, Buffer.from("/"), name]);
    return [describeOne(path, way.toString("latin1")), ...(stats.isDirectory() ? describeTree(folder, way) : [])];
  });
}

function describeOne(path: Buffer, name: string): string {
  const stats = lstatSync(path);
  const { mode, uid, gid, size, mtimeMs, nlink } = stats;
  const all = [name, mode.toString(8), uid, gid, Math.round(mtimeMs)];
  if (stats.isSymbolicLink()) return [...all, readlinkSync(path)].join(" ");
  if (!stats.isFile()) return all.join(" ");
  return [...all, size, nlink, size < 100_000 ? readFileSync(path).toString("base64") : ""].join(" ");
}
