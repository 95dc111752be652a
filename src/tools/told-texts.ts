import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { keyOf, LISTS, nameOf, type List, type Offer } from "./offer.ts";
import type { Told } from "./rules/rule.ts";
import { plainText } from "./visible.ts";

/** A text with its place: list, item, and the field in it, e.g. `inputSchema.properties.path.description`. */
export interface PlacedText extends Told {
  readonly list: List | "instructions";
  readonly field: string;
}

/** Every text of a server that may come into a model's context: keys of schemas too, since they are names of parameters. */
export function toldTexts(offer: Offer): readonly PlacedText[] {
  const { instructions } = offer;
  const own =
    instructions === undefined
      ? []
      : [placed({ list: "instructions", item: "", field: "instructions", text: instructions, kind: "description" })];
  return [...own, ...LISTS.flatMap((list) => offer[list].flatMap((item) => textsOf(list, item)))];
}

function textsOf(list: List, item: JsonObject): readonly PlacedText[] {
  const name = list === "tools" || list === "prompts" ? nameOf(item) : keyOf(item);
  return strings(item, "", 0).map((found) => placed({ list, item: name, ...found }));
}

type Found = Pick<PlacedText, "field" | "text" | "kind">;

/** So much of a text is searched. What is longer is a finding by itself. */
const MOST_SEARCHED = 20_000;

function placed(found: Found & Pick<PlacedText, "list" | "item">): PlacedText {
  const isToolName = found.list === "tools" && found.field === "name";
  const text = found.text.slice(0, MOST_SEARCHED);
  return { ...found, isToolName, text, length: found.text.length, plain: plainText(text) };
}

/** Schemas are trees; one that is deeper than this is no schema. */
const DEEPEST = 64;

function strings(value: Json, field: string, depth: number): readonly Found[] {
  if (typeof value === "string") return [{ field, text: value, kind: kindOf(field) }];
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) return value.flatMap((each: Json, at) => strings(each, `${field}[${at}]`, depth + 1));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const inner = field === "" ? key : `${field}.${key}`;
    return [...keyText(key, inner), ...strings(each, inner, depth + 1)];
  });
}

/** Plain keys are the words of JSON Schema, or names as they should be. */
function keyText(key: string, field: string): readonly Found[] {
  return /^[A-Za-z0-9_$@.-]{1,64}$/.test(key) ? [] : [{ field: `key of ${field}`, text: key, kind: "name" }];
}

function kindOf(field: string): Told["kind"] {
  if (/(?:^|\.)(?:description|title|\$comment)$/.test(field)) return "description";
  return field === "name" || field.endsWith(".name") ? "name" : "value";
}
