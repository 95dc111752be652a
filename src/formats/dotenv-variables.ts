import { readLines } from "./dotenv-lines.ts";
import { BOM } from "./text.ts";

/** The variables of an environment file and nothing about its faults; the values of `parseDotenv`. Needs no library. */
export function dotenvVariables(text: string): Readonly<Record<string, string>> {
  const body = text.startsWith(BOM) ? text.slice(BOM.length) : text;
  return Object.fromEntries(readLines(body).assignments.map(({ name, value }) => [name, value]));
}
