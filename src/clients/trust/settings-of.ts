import type { ReadHost } from "../../core/host.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";

/** The data of a client's own settings file; an empty map when it is absent or cannot be read. Only for notices. */
export async function settingsOf(
  host: ReadHost,
  file: string,
  format: "jsonc" | "toml" = "jsonc",
): Promise<JsonObject> {
  try {
    const bytes = await host.files.read(file);
    if (bytes === undefined) return {};
    const data = await parse(new TextDecoder().decode(bytes), file, format);
    return isObject(data) ? data : {};
  } catch {
    return {};
  }
}

/** Plain JSON needs no library, so the common case stays light. */
async function parse(text: string, file: string, format: "jsonc" | "toml"): Promise<Json | undefined> {
  if (format === "toml") return (await import("../../formats/toml-parse.ts")).parseToml(text, file);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return (await import("../../formats/json.ts")).jsonc.parse(text, file);
  }
}

export function member(data: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    data,
  );
}

export function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** A folder is covered by itself and by every folder above it. */
export function isCovered(folder: string, by: readonly string[]): boolean {
  const plain = (path: string): string => path.replaceAll("\\", "/").replace(/\/+$/, "");
  return by.some((path) => `${plain(folder)}/`.startsWith(`${plain(path)}/`));
}
