import type { Match } from "./find-matches.ts";

/** A line with this in it is not reported; what it hides is counted. */
export const ALLOW_MARK = "atk:allow-secret";

/** A secret in a file. Never holds the secret. */
export interface Finding {
  /** `known-secret`, or the id of a shape: `github-token`. */
  readonly rule: string;
  /** For a person: "GitHub token". */
  readonly title: string;
  /** Of a known secret: its name. */
  readonly name?: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** `ghp_… (40 characters)`: at most the first four characters, and of short or known secrets none. */
  readonly shown: string;
}

export interface Scanned {
  readonly findings: readonly Finding[];
  /** How many more stood in lines with `ALLOW_MARK`. */
  readonly allowed: number;
}

/** Where a text begins in its file: lines before it, characters of its first line before it. */
export interface Origin {
  readonly file: string;
  readonly lines: number;
  readonly characters: number;
}

/** A found secret together with its text, which must not leave the scan. */
export interface Located {
  readonly finding: Finding;
  readonly secret: string;
  readonly allowed: boolean;
}

/** Lines and columns of matches that are in order. Linear in the text, however many stand in one line. */
export function locate(text: string, matches: readonly Match[], origin: Origin): readonly Located[] {
  let line = lineAt(text, 0, 0);
  return matches.map((match) => {
    while (match.from >= line.end && line.end < text.length) line = lineAt(text, line.end + 1, line.number + 1);
    const { rule, title, name } = match;
    const column = match.from - line.begin + 1 + (line.number === 0 ? origin.characters : 0);
    const secret = text.slice(match.from, match.to);
    const place = { file: origin.file, line: origin.lines + line.number + 1, column };
    const finding = { rule, title, ...(name === undefined ? {} : { name }), ...place, shown: mask(secret, name) };
    return { finding, secret, allowed: line.allowed };
  });
}

interface Line {
  readonly begin: number;
  /** Of its line break, or of the text. */
  readonly end: number;
  readonly number: number;
  readonly allowed: boolean;
}

function lineAt(text: string, begin: number, number: number): Line {
  const found = text.indexOf("\n", begin);
  const end = found === -1 ? text.length : found;
  return { begin, end, number, allowed: text.slice(begin, end).includes(ALLOW_MARK) };
}

/** Four characters of a shorter secret would be too much of it; a known one is told by its name. */
function mask(secret: string, name: string | undefined): string {
  const length = `(${secret.length} characters)`;
  return name !== undefined || secret.length < 20 ? length : `${secret.slice(0, 4)}… ${length}`;
}
