import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";
import type { Plugin } from "../manifest/plugin.ts";
import { parseIndex } from "./registries/parse-index.ts";

/** What a plugin brings: a server that is reached this way, a skill, instructions, a program in the background. */
export type Provides = "stdio" | "http" | "sse" | "skill" | "instruction" | "service";

/** One plugin of a registry, as `search` shows it and as `add` checks it. */
export interface RegistryEntry {
  /** Also the name of its folder. */
  readonly name: string;
  /** Folder relative to the registry, with forward slashes. */
  readonly path: string;
  readonly description: string;
  /** Absent in the predecessor's index.yaml, as are maturity and integrity. */
  readonly version?: string;
  readonly tags: readonly string[];
  readonly maturity?: Plugin["maturity"];
  /** Digest of its tree, `sha256-<hex>`. */
  readonly integrity?: string;
  /** Its executable files; packages and Windows do not keep the x bit. Absent: the file system or git says it. */
  readonly executables?: readonly string[];
  /** Absent: the index does not say. */
  readonly provides?: readonly Provides[];
}

export interface RegistryIndex {
  readonly schema_version: string;
  /** Sorted by name. */
  readonly plugins: readonly RegistryEntry[];
}

export const INDEX_FILE = "index.json";
/** The predecessor's; read where there is no index.json. */
export const OLD_INDEX_FILE = "index.yaml";
/** In minisign's format, over index.json. */
export const SIGNATURE_FILE = "index.json.minisig";

/** The index.json of a registry folder. Cost: one small file. @throws AtkError E_SOURCE when it is missing or not an index. */
export async function readIndex(directory: string, files: ReadFiles): Promise<RegistryIndex> {
  const file = join(directory, INDEX_FILE);
  const bytes = await files.read(file);
  if (bytes !== undefined) return parseIndex(bytes, { file, format: "json" });
  throw new AtkError("E_SOURCE", `there is no registry index at ${file}`, { at: { file }, hint: "atk registry index" });
}
