import type { JsonObject } from "../../core/json.ts";
import type { MemoryEntry } from "../memory-tree.ts";
import type { Part } from "./json-file.ts";

/** A tree that has no plugin.yaml, as a layout sees it. */
export interface Found {
  /** Every path of the tree, links too. */
  readonly paths: ReadonlySet<string>;
  /** The name of its folder, repository or package: for what does not say its own. */
  readonly name: string;
  text(path: string): Promise<string>;
  /** @throws AtkError E_PLUGIN_INVALID with the place. */
  json(path: string): Promise<Part>;
  /** Says what is wrong with the tree as a whole, or with one of its files. */
  fault(message: string, details?: { readonly path?: string; readonly hint?: string }): Error;
}

/** What a layout makes of it. */
export interface Reading {
  /** The data of the plugin.yaml. */
  readonly plugin: JsonObject;
  /** Files that are added, or stand for those of the same path. */
  readonly files: readonly MemoryEntry[];
  /** What does not map, one plain sentence each. */
  readonly remarks: readonly string[];
  /** Only this folder of the tree is the plugin ("" or absent: all of it). */
  readonly folder?: string;
  /** A file of the tree that is a program, whatever the archive said. */
  readonly program?: string;
}

export interface Layout {
  /** `a Claude Code plugin` */
  readonly what: string;
  /** Whether the paths are those of this layout; opens nothing. */
  fits(paths: ReadonlySet<string>): boolean;
  /** undefined: another layout has a file of that name. @throws AtkError E_PLUGIN_INVALID with file:line:column. */
  read(found: Found): Promise<Reading | undefined>;
}

/** Makes a text one line that can stand in a description, a remark or a comment. */
export function oneLine(text: string, longest = 500): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .slice(0, longest);
}

/** `a, b and c`, at most ten of them. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => oneLine(name, 60));
  if (names.length > shown.length) return `${shown.join(", ")} and ${names.length - shown.length} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}

/** Lower-case letters, digits and single dashes, at most 64; "" when nothing is left. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");
}
