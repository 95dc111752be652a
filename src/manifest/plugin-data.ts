import { isObject, type Json, type JsonObject } from "../core/json.ts";

/**
 * A description as the predecessor's reader understood it. A key without a value is the same as no key, and `yes`, `no`,
 * `on` and `off` are booleans where a boolean is wanted (it read YAML 1.1; this reads 1.2).
 */
export function pluginData(data: JsonObject): JsonObject {
  const given = withoutNulls(data);
  const sections = Object.entries(given).map(([key, value]) => [key, section(key, value)] as const);
  return Object.fromEntries(sections);
}

function section(key: string, value: Json): Json {
  if (key === "mcp_servers") return isObject(value) ? mapMembers(value, entry) : value;
  if (key === "env_vars" && Array.isArray(value)) return value.map((item: Json) => variable(entry(item)));
  return Array.isArray(value) ? value.map((item: Json) => entry(item)) : entry(value);
}

const entry = (value: Json): Json => (isObject(value) ? withoutNulls(value) : value);

function variable(value: Json): Json {
  if (!isObject(value)) return value;
  return mapMembers(value, (item, key) => (key === "required" || key === "secret" ? boolean(item) : item));
}

function boolean(value: Json): Json {
  if (typeof value !== "string") return value;
  if (/^(yes|on)$/i.test(value)) return true;
  return /^(no|off)$/i.test(value) ? false : value;
}

function withoutNulls(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
}

function mapMembers(map: JsonObject, change: (value: Json, key: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}
