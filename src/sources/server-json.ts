import { isObject, type JsonObject } from "../core/json.ts";

/** A value by its name; server.json files before 2025-09 have the same names in snake_case. (MCP registry, CHANGELOG of server.json) */
export function valueOf(object: JsonObject, name: string): unknown {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return object[name] ?? object[snake];
}

export function textOf(object: JsonObject, name: string): string | undefined {
  const value = valueOf(object, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function objectsOf(object: JsonObject, name: string): readonly JsonObject[] {
  const value = valueOf(object, name);
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isObject) : [];
}

export function isOn(object: JsonObject, name: string): boolean {
  return valueOf(object, name) === true;
}

/** One line without control characters, for names and descriptions from outside. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, 500);
}
