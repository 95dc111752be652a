import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ReadFiles } from "../core/host.ts";
import { mapBounded, READ_WIDTH } from "../sources/map-bounded.ts";
import { MARKER } from "./npm-marker.ts";

/** Beside the marker: what every file of an installation was when it was made. */
export const CONTENTS = "contents.json";

/** Path to SHA-256 of a file, `-> target` of a link, or `folder`. Paths have `/`, sorted. */
export type Contents = Readonly<Record<string, string>>;

export interface Difference {
  readonly path: string;
  readonly is: "changed" | "missing" | "added";
}

/** Reads every file of an installation. What programs keep in `node_modules/.cache` is their own. */
export async function readContents(folder: string, files: ReadFiles): Promise<Contents> {
  const entries = await walk(folder, "", files);
  const found = await mapBounded(entries, READ_WIDTH, async ({ path, type }) => {
    return [path, await contentOf(join(folder, path), type, files)] as const;
  });
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function differences(expected: Contents, found: Contents): readonly Difference[] {
  const paths = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return paths.flatMap((path): readonly Difference[] => {
    const [before, now] = [expected[path], found[path]];
    if (before === now) return [];
    if (before === undefined) return [{ path, is: "added" }];
    return [{ path, is: now === undefined ? "missing" : "changed" }];
  });
}

interface Found {
  readonly path: string;
  readonly type: "file" | "directory" | "link" | "other";
}

const OWN: ReadonlySet<string> = new Set([MARKER, CONTENTS, "node_modules/.cache"]);

async function walk(folder: string, below: string, files: ReadFiles): Promise<readonly Found[]> {
  const entries = ((await files.list(join(folder, below))) ?? []).map(({ name, type }) => ({
    path: below === "" ? name : `${below}/${name}`,
    type,
  }));
  const own = entries.filter(({ path }) => !OWN.has(path));
  const inner = await Promise.all(
    own.map(({ path, type }) => (type === "directory" ? walk(folder, path, files) : Promise.resolve([]))),
  );
  return [...own, ...inner.flat()];
}

async function contentOf(path: string, type: Found["type"], files: ReadFiles): Promise<string> {
  if (type === "directory") return "folder";
  if (type === "link") return `-> ${(await files.readLink(path)) ?? ""}`;
  if (type === "other") return "neither a file nor a folder";
  return createHash("sha256")
    .update((await files.read(path)) ?? "")
    .digest("hex");
}
