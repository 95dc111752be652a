import { join, posix } from "node:path";
import type { ReadFiles } from "../core/host.ts";
import { isObject, type Json } from "../core/json.ts";
import type { StoredBin } from "./npm-marker.ts";

/** The programs that an installed package brings, and `also` when another package of the tree has it. */
export async function installedBins(
  folder: string,
  name: string,
  also: string | undefined,
  files: ReadFiles,
): Promise<Readonly<Record<string, StoredBin>>> {
  const at = `node_modules/${name}`;
  const bins: Record<string, string> = {};
  for (const [bin, path] of Object.entries(namedBins(await readJson(join(folder, at, "package.json"), files), name)))
    bins[bin] = posix.join(at, path);
  if (also !== undefined && bins[also] === undefined) {
    const linked = await linkedBin(folder, also, files);
    if (linked !== undefined) bins[also] = linked;
  }
  const described = await Promise.all(
    Object.entries(bins).map(async ([bin, file]) => [bin, await describe(folder, file, files)] as const),
  );
  return Object.fromEntries(described);
}

/** `bin` of a package.json: names to paths; a text alone is the program named as the package is. */
function namedBins(data: Json | undefined, name: string): Readonly<Record<string, string>> {
  const bin = isObject(data) ? data["bin"] : undefined;
  if (typeof bin === "string") return { [name.replace(/^@[^/]*\//, "")]: bin };
  if (!isObject(bin)) return {};
  return Object.fromEntries(
    Object.entries(bin).flatMap(([key, path]) => (typeof path === "string" ? [[key, path] as const] : [])),
  );
}

async function linkedBin(folder: string, bin: string, files: ReadFiles): Promise<string | undefined> {
  const target = await files.readLink(join(folder, "node_modules", ".bin", bin)).catch(() => undefined);
  return target === undefined ? undefined : posix.join("node_modules/.bin", target);
}

async function describe(folder: string, file: string, files: ReadFiles): Promise<StoredBin> {
  if (/\.[cm]?js$/.test(file)) return { file, isNode: true };
  const bytes = (await files.read(join(folder, file))) ?? new Uint8Array();
  const line = new TextDecoder().decode(bytes.subarray(0, 200)).split("\n", 1)[0] ?? "";
  return { file, isNode: /^#!.*\bnode\b/.test(line) };
}

async function readJson(path: string, files: ReadFiles): Promise<Json | undefined> {
  const bytes = await files.read(path);
  return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as Json);
}
