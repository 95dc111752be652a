import { isObject, type Json, type JsonObject } from "../core/json.ts";

/** `[a.b]` and what follows: scalars and lists as keys, maps as tables of their own. Blocks are separated by one blank line. */
export function printTable(path: readonly string[], value: JsonObject, eol: string): string {
  const own = Object.entries(value).filter(([, member]) => member !== null && !isTable(member));
  const tables = Object.entries(value).filter((entry): entry is [string, JsonObject] => isTable(entry[1]));
  const head = [
    `[${path.map(printKey).join(".")}]`,
    ...own.map(([key, member]) => `${printKey(key)} = ${printValue(member)}`),
  ];
  const below = tables.map(([key, member]) => printTable([...path, key], member, eol));
  const lines = own.length === 0 && below.length > 0 ? [] : [head.join(eol)];
  return [...lines, ...below].join(eol + eol);
}

function isTable(value: Json): boolean {
  return isObject(value);
}

export function printKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : printText(key);
}

/** A value on one line; maps as inline tables. */
export function printValue(value: Json): string {
  if (typeof value === "string") return printText(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => printValue(item)).join(", ")}]`;
  if (!isObject(value)) return String(value);
  const members = Object.entries(value).filter(([, member]) => member !== null);
  if (members.length === 0) return "{}";
  return `{ ${members.map(([key, member]) => `${printKey(key)} = ${printValue(member)}`).join(", ")} }`;
}

/** A basic string: JSON's escapes are TOML's, and DEL has to be escaped as well. */
function printText(text: string): string {
  return JSON.stringify(text).replaceAll("\u007F", "\\u007f");
}
