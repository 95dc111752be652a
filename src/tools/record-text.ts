import { createHash } from "node:crypto";
import { AtkError } from "../core/errors.ts";
import { canonical, isObject, type Json, type JsonObject } from "../core/json.ts";
import { LISTS, offerOf, type Offer } from "./offer.ts";

/** What is recorded of one server: the file `atk.lock.d/tools/<server>.json`. */
export interface ToolRecord {
  readonly server: string;
  readonly offer: Offer;
  /** Tokens by name of the tool; `""` is the server's instructions. See count-tokens.ts. */
  readonly tokens: Readonly<Record<string, number>>;
}

/** `sha256-<hex>` of all texts; the token counts, which only follow from them, are left out. */
export function offerDigest(offer: Offer): string {
  return `sha256-${createHash("sha256")
    .update(canonical(offer as unknown as Json))
    .digest("hex")}`;
}

/**
 * The file's text: keys sorted, one value a line, a description's lines as a list, and characters that nobody can see as escapes,
 * so that a difference in git shows what has changed.
 */
export function printRecord({ server, offer, tokens }: ToolRecord): string {
  const { instructions, ...lists } = offer;
  const written: JsonObject = {
    server,
    tokens: { ...tokens },
    ...(instructions === undefined ? {} : { instructions: inLines(instructions) }),
    ...Object.fromEntries(LISTS.map((list) => [list, lists[list].map(withLines)])),
  };
  const text = JSON.stringify(JSON.parse(canonical(written)), null, 2);
  return `${text.replaceAll(UNSEEN, escaped)}\n`;
}

/** @throws AtkError E_INTEGRITY when the text is no record, or not the one with this digest. */
export function parseRecord(text: string, file: string, digest: string): ToolRecord {
  const data = parsed(text);
  const record = isObject(data) ? recordOf(data) : undefined;
  if (record !== undefined && offerDigest(record.offer) === digest) return record;
  const why = record === undefined ? "cannot be read" : "is not what was recorded";
  throw new AtkError("E_INTEGRITY", `${file} ${why}: its digest is not the one in atk.lock`, {
    at: { file },
    hint: "take it from the last good commit, or record the server again: atk mcp test --record",
  });
}

/** Whether the text is the record with this digest. */
export function isRecordWith(text: string, digest: string): boolean {
  const data = parsed(text);
  return isObject(data) && offerDigest(recordOf(data).offer) === digest;
}

function recordOf(data: JsonObject): ToolRecord {
  const instructions = joined(data["instructions"]);
  const lists = LISTS.map((list) => {
    const items = data[list];
    return [list, Array.isArray(items) ? items.map(joinedItem) : []] as const;
  });
  const tokens = isObject(data["tokens"]) ? data["tokens"] : {};
  return {
    server: typeof data["server"] === "string" ? data["server"] : "",
    offer: offerOf(Object.fromEntries(lists), typeof instructions === "string" ? instructions : undefined),
    tokens: Object.fromEntries(Object.entries(tokens).map(([name, count]) => [name, Number(count)])),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withLines(item: JsonObject): JsonObject {
  const { description } = item;
  return typeof description === "string" ? { ...item, description: inLines(description) } : item;
}

function inLines(text: string): Json {
  return text.includes("\n") ? text.split("\n") : text;
}

function joinedItem(item: Json): Json {
  if (!isObject(item) || !Array.isArray(item["description"])) return item;
  return { ...item, description: joined(item["description"]) ?? "" };
}

function joined(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? value.join("\n") : value;
}

/** Format and control characters, line separators, variation selectors. JSON may write any of them as an escape. */
const UNSEEN =
  // oxlint-disable-next-line no-misleading-character-class -- the characters are looked for one by one
  /[\p{Cf}\u007f-\u009f\u2028\u2029\u00ad\u034f\u115f\u1160\u3164\uffa0]|[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/gu;

function escaped(characters: string): string {
  return [...Array(characters.length).keys()]
    .map((at) => `\\u${characters.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}
