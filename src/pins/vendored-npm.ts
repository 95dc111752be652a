import { createHash } from "node:crypto";
import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files, ReadFiles } from "../core/host.ts";
import type { Json } from "../core/json.ts";
import { removeAll } from "../sources/scratch.ts";
import type { NpmPin } from "./npm-store.ts";
import { packageJsonOf } from "./npm-tree.ts";
import type { PinContext } from "./pin-context.ts";
import { runNpm } from "./run-npm.ts";
import { withPinScratch } from "./scratch.ts";

/**
 * Below a vendored folder: what npm needs to install the locked trees without a network, as a cache of npm's own (`_cacache`), and
 * `trees.json`, the digests of the trees it is for.
 */
export const VENDORED_NPM = "npm";
const TREES = "trees.json";
const CONTENT = "_cacache/content-v2";

export interface Planted {
  readonly pin: NpmPin;
  /** The text of the dependency tree. */
  readonly treeText: string;
}

/**
 * Writes it anew where it is not for just these trees. Gives whether it wrote. npm fetches with the user's registry and credentials; no
 * script of a package is run. Packages for other systems than this one are not among it.
 * @throws AtkError E_SOURCE when one of them cannot be fetched; then nothing is changed.
 */
export async function vendorTrees(planted: readonly Planted[], root: string, context: PinContext): Promise<boolean> {
  const { files } = context.host;
  const place = join(root, VENDORED_NPM);
  const trees = [...new Set(planted.map(({ pin }) => pin.tree))].sort();
  const known = await vendoredTrees(place, files);
  if (JSON.stringify(known) === JSON.stringify(trees) && (await damagedContent(place, files)).length === 0)
    return false;
  if (trees.length === 0) {
    if (known.length > 0) await removeAll(place, files);
    return known.length > 0;
  }
  await withPinScratch(context, async (scratch) => {
    const cache = join(scratch, "cache");
    for (const each of planted) await fetchTree(each, join(scratch, each.pin.tree), cache, context);
    await removeAll(place, files);
    await copyFolder(join(cache, "_cacache"), join(place, "_cacache"), files);
    await files.create(join(place, TREES), new TextEncoder().encode(`${JSON.stringify(trees, undefined, 2)}\n`), 0o644);
  });
  return true;
}

async function fetchTree(
  { pin, treeText }: Planted,
  folder: string,
  cache: string,
  context: PinContext,
): Promise<void> {
  const { files } = context.host;
  await files.makeDirectory(folder, 0o700);
  const create = (name: string, text: string): Promise<void> =>
    files.create(join(folder, name), new TextEncoder().encode(text), 0o600);
  await create("package.json", packageJsonOf(pin.package, pin.version));
  await create("package-lock.json", treeText);
  const args = ["ci", "--ignore-scripts", "--omit=dev", `--cache=${cache}`];
  const done = await runNpm(args, folder, context);
  if (!done.ok)
    throw new AtkError("E_SOURCE", `${pin.package}@${pin.version} could not be vendored: ${done.fault.summary}`);
}

/** Digests of the trees that are vendored; none where there is no such folder. */
export async function vendoredTrees(place: string, files: ReadFiles): Promise<readonly string[]> {
  const bytes = await files.read(join(place, TREES)).catch(() => undefined);
  if (bytes === undefined) return [];
  const data = parsed(bytes);
  return Array.isArray(data) ? data.filter((each) => typeof each === "string") : [];
}

function parsed(bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return null;
  }
}

/** Files whose bytes are not what their own path says: npm's cache names content by its digest. */
export async function damagedContent(place: string, files: ReadFiles): Promise<readonly string[]> {
  const damaged: string[] = [];
  for (const algorithm of ["sha512", "sha1"]) {
    for (const path of await filesBelow(join(place, CONTENT, algorithm), files)) {
      const bytes = await files.read(join(place, CONTENT, algorithm, path));
      const digest = path.replaceAll("/", "");
      if (bytes === undefined || createHash(algorithm).update(bytes).digest("hex") !== digest)
        damaged.push(`${CONTENT}/${algorithm}/${path}`);
    }
  }
  return damaged;
}

/** A copy that npm may write to. */
export async function copyVendored(place: string, target: string, files: Files): Promise<void> {
  await copyFolder(join(place, "_cacache"), join(target, "_cacache"), files);
}

async function copyFolder(from: string, to: string, files: Files): Promise<void> {
  await makeFolders(to, files);
  for (const { name, type } of (await files.list(from)) ?? []) {
    const [source, target] = [join(from, name), join(to, name)];
    if (type === "directory") await copyFolder(source, target, files);
    const bytes = type === "file" ? await files.read(source) : undefined;
    if (bytes !== undefined) await files.create(target, bytes, 0o644);
  }
}

async function makeFolders(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await makeFolders(join(path, ".."), files);
  await files.makeDirectory(path, 0o755);
}

async function filesBelow(folder: string, files: ReadFiles, below = ""): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, type } of (await files.list(join(folder, below))) ?? []) {
    const path = below === "" ? name : `${below}/${name}`;
    if (type === "directory") found.push(...(await filesBelow(folder, files, path)));
    else found.push(path);
  }
  return found;
}
