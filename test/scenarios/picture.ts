import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";

export interface PictureOptions {
  /** Modification and status-change times too. */
  readonly times?: boolean;
  /** Paths (relative, with `/`) that do not count. */
  readonly without?: RegExp;
}

/** Every path below a folder with permission bits and content (or link target), one a line: two pictures tell what changed. */
export function takePicture(folder: string, { times = false, without }: PictureOptions = {}): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => without === undefined || !without.test(name))
    .sort()
    .map((name) => lineFor(folder, name, times));
}

function lineFor(folder: string, name: string, times: boolean): string {
  const path = join(folder, name);
  const stat = lstatSync(path);
  const when = times ? ` ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}` : "";
  return `${name} ${(stat.mode & 0o7777).toString(8)} ${contentOf(path, stat)}${when}`;
}

function contentOf(path: string, stat: Stats): string {
  if (stat.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  if (stat.isFile()) return createHash("sha256").update(readFileSync(path)).digest("hex");
  return stat.isDirectory() ? "folder" : "special";
}
