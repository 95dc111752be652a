import { skipSpaces } from "./json-comments.ts";
import { FRESH, type Container, type Entry, type JsonTree } from "./json-tree.ts";

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A stretch of removed entries and their commas with nothing but white space between. */
interface Run extends Range {
  /** No entry that stays is before it, but one is behind it. */
  readonly leads: boolean;
}

/**
 * What to cut out of the text for the removed entries of a container, so that every comment outside of them stays, and stays
 * a comment. `replaced` is a removed entry that is written over: only its comma goes.
 */
export function removals(tree: JsonTree, container: Container, replaced: Entry | undefined): readonly Range[] {
  return runsOf(tree.text, container, replaced).map((run) => widened(tree, run));
}

function runsOf(text: string, { entries }: Container, replaced: Entry | undefined): readonly Run[] {
  const runs: Run[] = [];
  const lastKept = entries.findLastIndex((entry) => !entry.removed && entry.start !== FRESH);
  let leads = lastKept !== -1;
  for (const [index, entry] of entries.entries()) {
    if (entry.start === FRESH) break;
    if (!entry.removed) {
      leads = false;
      continue;
    }
    if (entry !== replaced)
      addToRuns(runs, { start: entry.start, end: entry.valueEnd, leads: leads && index < lastKept }, text);
    if (entry.comma !== FRESH) addToRuns(runs, { start: entry.comma, end: entry.comma + 1, leads: false }, text);
  }
  return runs;
}

function addToRuns(runs: Run[], piece: Run, text: string): void {
  const last = runs.at(-1);
  if (last === undefined || skipBlanks(text, last.end) !== piece.start) runs.push(piece);
  else runs[runs.length - 1] = { ...last, end: piece.end };
}

/**
 * The white space that goes with a run is that before it, which is where setting puts it. That behind it goes instead when
 * the run is the first thing in its container, when it starts a line on which a comment follows, or when a line comment before
 * would swallow what follows.
 */
function widened(tree: JsonTree, { start, end, leads }: Run): Range {
  const { text, lineCommentEnds } = tree;
  const before = skipBlanksBack(tree, start);
  const lineEnd = skipSpaces(text, end);
  const next = text[lineEnd];
  const endsLine = next === "\n" || next === "\r";
  const behindComment = lineCommentEnds.has(before);
  const leadsComment = next === "/" && /[\r\n]/.test(text.slice(before, start));
  if (leads || leadsComment || (behindComment && !endsLine)) return { start, end: skipBlanks(text, end) };
  return { start: before, end: behindComment ? lineEnd : end };
}

function skipBlanks(text: string, offset: number): number {
  let at = offset;
  while (isBlank(text[at])) at += 1;
  return at;
}

/** Stops at the end of a line comment: blanks before that belong to it. */
function skipBlanksBack({ text, lineCommentEnds }: JsonTree, offset: number): number {
  let at = offset;
  while (isBlank(text[at - 1]) && !lineCommentEnds.has(at)) at -= 1;
  return at;
}

function isBlank(char: string | undefined): boolean {
  return char === " " || char === "\t" || char === "\n" || char === "\r";
}
