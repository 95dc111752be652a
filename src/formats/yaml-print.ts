import { Scalar, stringify } from "yaml";
import type { Json } from "../core/json.ts";
import { isObject } from "../core/json.ts";

const OPTIONS = { lineWidth: 0, collectionStyle: "flow", flowCollectionPadding: false } as const;

/** A value on one line: `[a, b]`, `{ key: value }`, or a scalar, quoted only where YAML needs it. */
export function printFlow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => printFlow(item)).join(", ")}]`;
  if (!isObject(value)) return printScalar(value);
  const members = Object.entries(value).map(([key, item]) => `${printScalar(key)}: ${printFlow(item)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** A scalar as it may stand anywhere, also inside brackets; `like`: the style of the scalar it replaces. */
export function printScalar(value: Json, like?: Scalar.Type): string {
  // The printer would spread a text with line breaks over lines; JSON's form of it is YAML as well.
  if (typeof value === "string" && /[\p{Cc}\u2028\u2029]/u.test(value)) return JSON.stringify(value);
  const scalar = new Scalar(value);
  if (typeof value === "string" && (like === "QUOTE_DOUBLE" || like === "QUOTE_SINGLE")) scalar.type = like;
  return stringify([scalar], OPTIONS).trimEnd().slice(1, -1);
}

/** The lines of a list item in block style: a map has one line for each member. The dash stands at `indent`. */
export function printItem(item: Json, indent: string): readonly string[] {
  if (!isObject(item)) return [`${indent}- ${printFlow(item)}`];
  const lines = Object.entries(item).map(([key, value]) => `${printScalar(key)}: ${printFlow(value)}`);
  return lines.map((line, at) => `${indent}${at === 0 ? "- " : "  "}${line}`);
}

/** The lines of a map's member in block style: the members of a map that is its value have a line each. */
export function printMember(key: string, value: Json, indent: string): readonly string[] {
  if (!isObject(value) || Object.keys(value).length === 0) return [`${indent}${printScalar(key)}: ${printFlow(value)}`];
  const lines = Object.entries(value).map(([name, item]) => `${indent}  ${printScalar(name)}: ${printFlow(item)}`);
  return [`${indent}${printScalar(key)}:`, ...lines];
}
