import { carryOver } from "../git/ignore-file.ts";
import { fromLines, toLines } from "./lines.ts";
import { mergeLines } from "./merge-set.ts";
import type { Merged } from "./merge-text.ts";

export interface IgnoreTexts {
  readonly base: string | undefined;
  readonly ours: string;
  readonly theirs: string;
}

/** See `mergeText`: a file in which every line counts for itself. There are no disagreements. */
export function mergeIgnore(texts: IgnoreTexts): Merged {
  const [base, ours, theirs] = [texts.base ?? "", texts.ours, texts.theirs].map(toLines);
  if (base === undefined || ours === undefined || theirs === undefined) return { text: texts.ours, disagreements: [] };
  const lines = mergeLines({ base: linesOf(base.body), ours: linesOf(ours.body), theirs: linesOf(theirs.body) });
  const body = lines.map((line) => `${line}\n`).join("");
  const text = fromLines(body, { base: texts.base === undefined ? undefined : base, ours, theirs });
  return { text: isSafe(texts.ours) && isSafe(texts.theirs) ? carryOver(text) : text, disagreements: [] };
}

const linesOf = (body: string) => body.split("\n").slice(0, -1);

/** The rules for secrets stand last, where no exception brings them back; then they have to in the merged file as well. */
const isSafe = (text: string) => carryOver(text) === text;
