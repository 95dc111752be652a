import { stripVTControlCharacters } from "node:util";
import { redactText } from "../../core/redact.ts";

const MOST_LINES = 12;
const MOST_LINE_LENGTH = 300;
/** Shorter values are ports, levels and switches; hiding them would make a message unreadable and protect nothing. */
const LEAST_SECRET_LENGTH = 6;

/** The last lines that a program wrote, without colours and without the values of the plugin's variables. */
export function lastWords(text: string, env: Readonly<Record<string, string>>): readonly string[] {
  return hideValues(stripVTControlCharacters(text), env)
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd().slice(0, MOST_LINE_LENGTH))
    .filter((line) => line !== "")
    .slice(-MOST_LINES);
}

/** What atk itself put into the environment is no secret: a path in a message must stay readable. */
function hideValues(text: string, env: Readonly<Record<string, string>>): string {
  const values = Object.entries(env)
    .filter(([name, value]) => !name.startsWith("ATK_") && value.length >= LEAST_SECRET_LENGTH)
    .flatMap(([, value]) => [value, ...value.split("\n").filter((line) => line.length >= LEAST_SECRET_LENGTH)]);
  // Longest first, so that a value that contains another is hidden as a whole.
  const longestFirst = [...new Set(values)].sort((a, b) => b.length - a.length);
  const hidden = longestFirst.reduce((left, value) => left.replaceAll(value, "(hidden)"), text);
  return redactText(hidden, () => "hidden");
}
