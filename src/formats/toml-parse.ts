import { parse, TomlDate, TomlError } from "smol-toml";
import { AtkError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { BOM } from "./text.ts";

/**
 * The data of a TOML text. What JSON cannot carry is text: dates and times, `inf` and `nan`, integers beyond 2^53.
 * A blank text is undefined.
 * @throws AtkError E_FORMAT with file:line:column
 */
export function parseToml(text: string, file: string): Json | undefined {
  const body = text.startsWith(BOM) ? text.slice(BOM.length) : text;
  if (body.trim() === "") return undefined;
  try {
    return toJson(parse(body, { integersAsBigInt: "asNeeded" }));
  } catch (cause) {
    throw broken(cause, body, file);
  }
}

function toJson(value: unknown): Json {
  if (value instanceof TomlDate) return value.toISOString();
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value).replace("Infinity", "inf");
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)]));
}

function broken(cause: unknown, body: string, file: string): AtkError {
  if (!(cause instanceof TomlError)) {
    return new AtkError("E_FORMAT", `${file} is not valid TOML`, { at: { file }, cause });
  }
  const conflict = body.split("\n").findIndex((line) => line.startsWith("<<<<<<< ")) + 1;
  if (conflict > 0) return unresolved(conflict, file);
  const { line, column } = cause;
  const reason = cause.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "";
  // The parser's error quotes lines of the file, which may hold a secret: it is not handed on as the cause.
  return new AtkError("E_FORMAT", `${file}:${line}:${column} is not valid TOML: ${reason}`, {
    at: { file, line, column },
    hint: `repair line ${line} of ${file}`,
  });
}

function unresolved(line: number, file: string): AtkError {
  return new AtkError("E_FORMAT", `${file}:${line}:1 holds an unresolved merge conflict`, {
    at: { file, line, column: 1 },
    hint: `edit ${file} so that one version is left`,
  });
}
