import { parse, TomlError } from "smol-toml";
import { AtkError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { BOM } from "./text.ts";

/** The data of a TOML text; dates are texts. A blank text is undefined. @throws AtkError E_FORMAT with file:line:column */
export function parseToml(text: string, file: string): Json | undefined {
  const body = text.startsWith(BOM) ? text.slice(BOM.length) : text;
  if (body.trim() === "") return undefined;
  try {
    return toJson(parse(body));
  } catch (cause) {
    throw broken(cause, file);
  }
}

function toJson(value: unknown): Json {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)]));
}

function broken(cause: unknown, file: string): AtkError {
  if (!(cause instanceof TomlError)) return new AtkError("E_FORMAT", `${file} is not valid TOML`, { at: { file }, cause });
  const { line, column } = cause;
  const reason = cause.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "";
  return new AtkError("E_FORMAT", `${file}:${line}:${column} is not valid TOML: ${reason}`, {
    at: { file, line, column },
    hint: `repair line ${line} of ${file}`,
    cause,
  });
}
