import type { Json } from "../core/json.ts";
import type { Key, Pointer } from "../core/resource.ts";

export type { Key, Pointer } from "../core/resource.ts";

export type DocumentEdit =
  /** Puts a value there; missing containers on the way are created. Setting an equal value changes no byte. */
  | { readonly op: "set"; readonly at: Pointer; readonly value: Json }
  /** Takes a value away; nothing there is no error. */
  | { readonly op: "delete"; readonly at: Pointer };

/**
 * What edits made that was not there before, so that deleting gives the same bytes back.
 * Key: pointer text (see `pointerText`; "" is the whole document).
 * Value: null where the container itself was created by an edit; else the exact original text between the
 * brackets of an empty container (or of the blank document) that an edit filled.
 */
export type Made = Readonly<Record<string, string | null>>;

export interface EditRequest {
  readonly text: string;
  readonly edits: readonly DocumentEdit[];
  /** What earlier edits made in this document. */
  readonly made: Made;
  /** For error places only. */
  readonly file: string;
}

export interface EditResult {
  readonly text: string;
  readonly made: Made;
}

/**
 * Text <-> data for one syntax, with edits in place: everything that is not edited keeps its bytes (comments, order,
 * indentation, line endings, byte order mark, trailing commas). One request is one parse, whatever the number of edits.
 * Laws (property-tested): edit is idempotent; set then delete with the `made` of the set is the identity; foreign content survives;
 * parse(edit(text)) equals the edit done on the data.
 */
export interface DocumentFormat {
  readonly id: "json" | "jsonc" | "toml" | "yaml";
  /**
   * The data of a text; a blank text is undefined.
   * @throws AtkError E_FORMAT with file:line:column (broken text, duplicate keys).
   */
  parse(text: string, file: string): Json | undefined;
  /** @throws AtkError E_FORMAT (broken text) or E_SHAPE (a container on the way is not a map/list). */
  edit(request: EditRequest): EditResult;
}

/** RFC 6901 text of a pointer; a list selector is written `[by=is]`. */
export function pointerText(pointer: Pointer): string {
  return pointer.map((key) => `/${escapeKey(key)}`).join("");
}

function escapeKey(key: Key): string {
  const text = typeof key === "string" ? key : `[${key.by}=${key.is}]`;
  return text.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The value at a pointer in parsed data; undefined where there is none. */
export function valueAt(data: Json | undefined, pointer: Pointer): Json | undefined {
  let value: Json | undefined = data;
  for (const key of pointer) value = step(value, key);
  return value;
}

function step(value: Json | undefined, key: Key): Json | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (typeof key === "string") {
    if (Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
    return (value as { [name: string]: Json })[key];
  }
  if (!Array.isArray(value)) return undefined;
  return (value as Json[]).find((item) => step(item, key.by) === key.is);
}
