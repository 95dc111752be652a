import { basename } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { readTree as readSyntax } from "../../formats/json-syntax.ts";
import { dataOf, type JsonValue } from "../../formats/json-tree.ts";
import { BOM, placeAt } from "../../formats/text.ts";
import { pathFault } from "../path-fault.ts";

/** No description of a plugin is longer; what is, is something else. */
const MAX_CHARACTERS = 1024 * 1024;
/** Deeper than any layout goes. */
const MAX_DEPTH = 50;

/** One value of a JSON file that somebody else wrote, with the way to it: everything that reads it can say where it is wrong. */
export interface Part {
  readonly value: Json;
  readonly keys: readonly string[];
  /** Says what is wrong with this part: an AtkError E_PLUGIN_INVALID with file:line:column. */
  fault(message: string, hint?: string): AtkError;
}

/**
 * The root of a JSON file, which must be a map.
 * @throws AtkError E_PLUGIN_INVALID with file:line:column for anything that is not strict JSON, is too long or too deep.
 */
export function parsePart(text: string, file: string): Part {
  if (text.length > MAX_CHARACTERS) throw invalid("it is longer than a million characters", { file });
  const body = text.startsWith(BOM) ? text.slice(1) : text;
  const root = syntaxOf(body, file);
  const part = partOf(root === undefined ? null : dataOf(root), [], { body, file, root });
  asMap(part);
  return part;
}

interface Source {
  readonly body: string;
  readonly file: string;
  readonly root: JsonValue | undefined;
}

function syntaxOf(body: string, file: string): JsonValue | undefined {
  try {
    const { root } = readSyntax({ text: body, file, strict: true });
    if (root !== undefined && depthOf(root, MAX_DEPTH) < 0) throw invalid("it is nested too deeply", { file, line: 1 });
    return root;
  } catch (error) {
    if (!(error instanceof AtkError) || error.code !== "E_FORMAT") throw error;
    throw new AtkError("E_PLUGIN_INVALID", error.message, { at: error.at, cause: error });
  }
}

/** What is left of a depth; below zero when there is more. */
function depthOf(value: JsonValue, left: number): number {
  if (left < 0 || value.type === "scalar") return left;
  return Math.min(left, ...value.entries.map((entry) => depthOf(entry.value, left - 1)));
}

function partOf(value: Json, keys: readonly string[], source: Source): Part {
  return {
    value,
    keys,
    fault(message, hint) {
      const { line, column } = placeAt(source.body, offsetOf(source.root, keys));
      const where = keys.length === 0 ? "" : `${keys.join(".")}: `;
      return invalid(`${where}${message}`, { file: source.file, line, column, pointer: pointerOf(keys) }, hint);
    },
    ...({ [SOURCE]: source } as object),
  };
}

const SOURCE = Symbol("source");

function below(part: Part, key: string, value: Json): Part {
  return partOf(value, [...part.keys, key], (part as Part & { readonly [SOURCE]: Source })[SOURCE]);
}

function pointerOf(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function offsetOf(root: JsonValue | undefined, keys: readonly string[]): number {
  let node = root;
  for (const key of keys) {
    if (node === undefined || node.type === "scalar") break;
    node = node.type === "object" ? node.byKey.get(key)?.value : node.entries[Number(key)]?.value;
  }
  return node?.start ?? 0;
}

function invalid(message: string, at: NonNullable<AtkError["at"]>, hint?: string): AtkError {
  return new AtkError("E_PLUGIN_INVALID", `cannot use ${basename(at.file)}: ${message}`, { at, hint });
}

/** A member that is there and is not null. A key like `__proto__` is a key like any other. */
export function member(part: Part, key: string): Part | undefined {
  const map = asMap(part);
  const value = Object.hasOwn(map, key) ? map[key] : undefined;
  return value === undefined || value === null ? undefined : below(part, key, value);
}

export function members(part: Part): readonly (readonly [string, Part])[] {
  return Object.entries(asMap(part)).map(([key, value]) => [key, below(part, key, value)]);
}

export function items(part: Part): readonly Part[] {
  const { value } = part;
  if (!Array.isArray(value)) throw part.fault("must be a list");
  return value.map((item: Json, at) => below(part, String(at), item));
}

export function asMap(part: Part): JsonObject {
  if (isObject(part.value)) return part.value;
  throw part.fault("must be a map of keys and values");
}

export function asText(part: Part): string {
  if (typeof part.value === "string") return part.value;
  throw part.fault("must be text");
}

/** Text, or a number or boolean as text. */
export function asWord(part: Part): string {
  const { value } = part;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return asText(part);
}

/** The text of a member, undefined when it is not there. */
export function textAt(part: Part, key: string): string | undefined {
  const found = member(part, key);
  return found === undefined ? undefined : asText(found);
}

export function flagAt(part: Part, key: string): boolean {
  const found = member(part, key);
  if (found === undefined || typeof found.value === "boolean") return found?.value === true;
  throw found.fault("must be true or false");
}

/** One text, or a list of them. */
export function oneOrMore(part: Part): readonly Part[] {
  return Array.isArray(part.value) ? items(part) : [part];
}

/**
 * A path inside the plugin: `./a/b/` gives `a/b`, `.` gives "".
 * @throws AtkError E_PLUGIN_INVALID for one that is absolute or leads out.
 */
export function asInsidePath(part: Part): string {
  const path = asText(part)
    .replace(/^(\.\/)+/, "")
    .replace(/\/+$/, "");
  if (path === "" || path === ".") return "";
  const fault = pathFault(path);
  if (fault === undefined) return path;
  throw part.fault(`must be a path inside the plugin: ${fault}`, "write it like ./folder/file, with forward slashes");
}

export function isMapAt(part: Part, key: string): boolean {
  return isObject(member(part, key)?.value);
}
