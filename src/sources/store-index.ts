import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import { isObject } from "../core/json.ts";
import type { TreeEntry } from "./tree.ts";

/** The list of a kept tree's entries. */
export const INDEX = "tree.json";
/** When it was last opened by a run that changes something, as the time of this file. */
export const USED = "used";

/** `<root>/store/<integrity>`. @throws AtkError E_INTEGRITY for what is no digest: it must not lead anywhere else. */
export function folderOf(integrity: string, root: string): string {
  if (isIntegrity(integrity)) return join(root, "store", integrity);
  throw new AtkError("E_INTEGRITY", `${JSON.stringify(integrity)} is not a digest like sha256-<64 hex digits>`, {
    hint: "atk lock",
  });
}

export function isIntegrity(text: string): boolean {
  return /^sha256-[0-9a-f]{64}$/.test(text);
}

/** Path to sha256, files only. */
export function digestsOf(entries: readonly TreeEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.flatMap((entry) => (entry.type === "file" ? [[entry.path, entry.sha256] as const] : [])));
}

export function printIndex(entries: readonly TreeEntry[]): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ version: 1, entries }, undefined, 1)}\n`);
}

/** undefined for anything that this version of atk did not write. */
export function parseIndex(bytes: Uint8Array): readonly TreeEntry[] | undefined {
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const entries: unknown = isObject(data) ? data["entries"] : undefined;
    return Array.isArray(entries) && entries.every(isEntry) ? entries : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is TreeEntry {
  if (!isObject(value) || typeof value["path"] !== "string") return false;
  if (value["type"] === "link") return typeof value["target"] === "string";
  const sound = typeof value["executable"] === "boolean" && typeof value["sizeBytes"] === "number";
  return value["type"] === "file" && sound && /^[0-9a-f]{64}$/.test(String(value["sha256"]));
}
