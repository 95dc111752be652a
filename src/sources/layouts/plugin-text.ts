import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { REMARK } from "../../manifest/plugin-remarks.ts";

/**
 * The text of a plugin.yaml that atk makes. It is covered by the lock's digest, so the same data must give the same bytes in every
 * later atk: it is written here, by no library. Remarks stand at its top as comments, where every later look at the plugin finds them.
 */
export function pluginText(made: string, data: JsonObject, remarks: readonly string[]): string {
  const head = [`# Made by atk from ${made}.`, ...remarks.map((remark) => `${REMARK}${remark}`)];
  return `${[...head, ...mapLines(data, "")].join("\n")}\n`;
}

function mapLines(map: JsonObject, indent: string): readonly string[] {
  return Object.entries(map).flatMap(([key, value]) => memberLines(keyText(key), value, indent));
}

function memberLines(key: string, value: Json, indent: string): readonly string[] {
  if (isObject(value) && Object.keys(value).length > 0) return [`${indent}${key}:`, ...mapLines(value, `${indent}  `)];
  if (Array.isArray(value) && value.some(isObject)) {
    return [`${indent}${key}:`, ...value.flatMap((item: Json) => itemLines(item, `${indent}  `))];
  }
  return [`${indent}${key}: ${flow(value)}`];
}

function itemLines(item: Json, indent: string): readonly string[] {
  const lines = isObject(item) ? mapLines(item, `${indent}  `) : [`${indent}  ${flow(item)}`];
  return lines.map((line, at) => (at === 0 ? `${indent}- ${line.trimStart()}` : line));
}

function keyText(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key) ? key : flow(key);
}

/** JSON is YAML, but for signs that YAML does not allow in a text as they are. (YAML 1.2.2, 5.1) */
function flow(value: Json): string {
  return JSON.stringify(value).replace(
    /[\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFFE\uFFFF]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
