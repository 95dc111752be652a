import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";
import { isObject } from "../core/json.ts";
import type { Plugin } from "../manifest/plugin.ts";

/** One plugin of a registry, as `search` shows it and as `add` checks it. */
export interface RegistryEntry {
  /** Also the name of its folder. */
  readonly name: string;
  /** Folder relative to the registry, with forward slashes. */
  readonly path: string;
  readonly description: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly maturity: Plugin["maturity"];
  /** Digest of its tree, `sha256-<hex>`. */
  readonly integrity: string;
  /** Its executable files; packages and Windows do not keep the x bit. */
  readonly executables: readonly string[];
}

export interface RegistryIndex {
  readonly schema_version: string;
  /** Sorted by name. */
  readonly plugins: readonly RegistryEntry[];
}

export const INDEX_FILE = "index.json";

/** The index of a registry folder. Cost: one small file. @throws AtkError E_SOURCE when it is missing or not an index. */
export async function readIndex(directory: string, files: ReadFiles): Promise<RegistryIndex> {
  const file = join(directory, INDEX_FILE);
  const bytes = await files.read(file);
  if (bytes === undefined)
    throw new AtkError("E_SOURCE", `there is no registry index at ${file}`, {
      at: { file },
      hint: "atk registry index",
    });
  const data = parse(new TextDecoder().decode(bytes));
  if (isObject(data) && Array.isArray(data["plugins"]) && data["plugins"].every(isEntry))
    return data as unknown as RegistryIndex;
  throw new AtkError("E_SOURCE", `${file} is not a registry index`, {
    at: { file },
    hint: "atk registry index",
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): boolean {
  if (!isObject(value)) return false;
  const texts = ["name", "path", "description", "version", "maturity", "integrity"];
  return (
    texts.every((key) => typeof value[key] === "string") &&
    Array.isArray(value["tags"]) &&
    Array.isArray(value["executables"])
  );
}
