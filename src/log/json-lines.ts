import type { Files } from "../core/host.ts";
import type { Json } from "../core/json.ts";

/** A line of a file of JSON lines; `value` is undefined where it is torn (a power cut) or damaged. */
export interface JsonLine {
  readonly number: number;
  readonly value: Json | undefined;
}

/** All lines of the file that are not blank; undefined when there is no such file. */
export async function readJsonLines(path: string, files: Files): Promise<readonly JsonLine[] | undefined> {
  const bytes = await files.read(path);
  if (bytes === undefined) return undefined;
  const lines = new TextDecoder().decode(bytes).split("\n");
  return lines.flatMap((line, index) => (line === "" ? [] : [{ number: index + 1, value: parse(line) }]));
}

/**
 * Adds lines to the end and syncs.
 * The line break comes first too: should the line before be torn, the new one is still a line of its own.
 */
export async function appendJsonLines(path: string, values: readonly Json[], files: Files): Promise<void> {
  await files.append(path, jsonLines(values), 0o600);
}

/** @see appendJsonLines */
export function jsonLines(values: readonly Json[]): Uint8Array {
  return new TextEncoder().encode(values.map((value) => `\n${JSON.stringify(value)}\n`).join(""));
}

function parse(line: string): Json | undefined {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}
