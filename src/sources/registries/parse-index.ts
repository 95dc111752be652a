import { AtkError } from "../../core/errors.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { isName, suggestName } from "../../manifest/names.ts";
import { showPath } from "../hostile.ts";
import { pathFault } from "../path-fault.ts";
import type { Provides, RegistryEntry, RegistryIndex } from "../registry-index.ts";

/** Far more than 5,000 plugins take; what is larger is not an index that anybody made on purpose. */
export const MAX_INDEX_BYTES = 16 * 1024 * 1024;
const MAX_PLUGINS = 50_000;
const MAX_TEXT = 2_000;
const MAX_LIST = 1_000;

const MATURITIES: readonly string[] = ["ai-generated", "community", "verified"];
const PROVIDES: readonly string[] = ["stdio", "http", "sse", "skill", "instruction", "service"];

export interface IndexText {
  /** Where it comes from, for messages. */
  readonly file: string;
  readonly format: "json" | "yaml";
}

/**
 * A registry's index, every entry of it checked: names, paths that stay inside, types, sizes, no name twice.
 * The predecessor's index.yaml gives names, descriptions and folders; the folder is the name, because its `name` is for showing.
 * @throws AtkError E_SOURCE when it is not an index, E_HOSTILE when a path leads elsewhere.
 */
export async function parseIndex(bytes: Uint8Array, source: IndexText): Promise<RegistryIndex> {
  if (bytes.length > MAX_INDEX_BYTES) throw notIndex(source, `it is larger than ${MAX_INDEX_BYTES / 1024 / 1024} MiB`);
  const text = new TextDecoder().decode(bytes);
  const data = source.format === "json" ? parseJson(text, source) : await parseYaml(text, source);
  const list = isObject(data) ? data["plugins"] : undefined;
  if (!isObject(data) || !Array.isArray(list)) throw notIndex(source, "there is no list `plugins`");
  if (list.length > MAX_PLUGINS) throw notIndex(source, `it has more than ${MAX_PLUGINS} plugins`);
  const plugins = list.map((value: Json, at) => parseEntry(value, `plugins/${at}`, source));
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name)) throw notIndex(source, `the name ${name} is there twice`);
    names.add(name);
  }
  const version = data["schema_version"];
  return { schema_version: typeof version === "string" ? version : "", plugins };
}

function parseJson(text: string, source: IndexText): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notIndex(source, "it is not JSON", cause);
  }
}

/** Aliases are limited by `readYaml`, so that a small text cannot mean a huge one. */
async function parseYaml(text: string, source: IndexText): Promise<unknown> {
  const { readYaml } = await import("../../manifest/yaml-document.ts");
  const { data, problems } = readYaml(text, source.file);
  const [first] = problems;
  if (first !== undefined) throw notIndex(source, first.message);
  return data;
}

function parseEntry(value: Json, where: string, source: IndexText): RegistryEntry {
  if (!isObject(value)) throw notIndex(source, `${where} is not a map`);
  const field = (key: string): string => textOf(value, key, { where, source });
  const path = cleanPath(field("path"), source);
  const name = nameOf(field("name"), path, source);
  const description = field("description");
  if (source.format === "yaml") return { name, path, description, tags: [] };
  const word = (key: string, allowed: readonly string[]): string => {
    const text = field(key);
    if (allowed.includes(text)) return text;
    throw notIndex(source, `${where}/${key} is none of ${allowed.join(", ")}`);
  };
  const integrity = field("integrity");
  if (!/^sha256-[0-9a-f]{64}$/.test(integrity)) throw notIndex(source, `${where}/integrity is not a digest`);
  const provides = textsOf(value, "provides", { where, source })?.filter((each) => PROVIDES.includes(each));
  const executables = textsOf(value, "executables", { where, source });
  return {
    name,
    path,
    description,
    version: field("version"),
    tags: textsOf(value, "tags", { where, source }) ?? [],
    maturity: word("maturity", MATURITIES) as NonNullable<RegistryEntry["maturity"]>,
    integrity,
    ...(executables === undefined ? {} : { executables }),
    ...(provides === undefined ? {} : { provides: provides as readonly Provides[] }),
  };
}

function cleanPath(text: string, source: IndexText): string {
  const path = text.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
  const fault = pathFault(path);
  if (fault === undefined) return path;
  throw new AtkError("E_HOSTILE", `${source.file}: refused ${showPath(text)}: ${fault}`, { at: { file: source.file } });
}

function nameOf(name: string, path: string, source: IndexText): string {
  const folder = path.split("/").at(-1) ?? path;
  const wanted = source.format === "yaml" ? (suggestName(folder) ?? folder) : name;
  if (isName(wanted)) return wanted;
  throw notIndex(source, `${showPath(wanted)} is not a plugin name`);
}

interface Where {
  readonly where: string;
  readonly source: IndexText;
}

function textOf(value: JsonObject, key: string, { where, source }: Where): string {
  const text = value[key];
  if (typeof text === "string" && text.length <= MAX_TEXT) return text;
  throw notIndex(source, `${where}/${key} is ${typeof text === "string" ? "too long" : "not a text"}`);
}

function textsOf(value: JsonObject, key: string, { where, source }: Where): readonly string[] | undefined {
  const list = value[key];
  if (list === undefined) return undefined;
  const sound = Array.isArray(list) && list.length <= MAX_LIST;
  if (sound && list.every((each) => typeof each === "string" && each.length <= MAX_TEXT)) return list as string[];
  throw notIndex(source, `${where}/${key} is not a list of texts`);
}

function notIndex({ file }: IndexText, why: string, cause?: unknown): AtkError {
  const message = `${file} is not a registry index: ${why}`;
  return new AtkError("E_SOURCE", message, { at: { file }, hint: "atk registry index (writes it anew)", cause });
}
