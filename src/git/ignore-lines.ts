/** A line of a .gitignore: what counts, and the rest (trailing blanks, line end) that is kept as it is. */
interface Line {
  readonly content: string;
  readonly rest: string;
}

/** A marked part: line numbers (from 0) of its marks, and what stands between. */
export interface Block {
  readonly start: number;
  readonly end: number;
  readonly contents: readonly string[];
}

export function linesOf(text: string): readonly Line[] {
  return text.split(/(?<=\n)/).flatMap((line) => (line === "" ? [] : [split(line)]));
}

/** Blanks at the end of a pattern do not count, unless escaped. (gitignore(5)) */
function split(line: string): Line {
  const content = line.replace(/(?<!\\)[ \t]*\r?\n?$/, "");
  return { content, rest: line.slice(content.length) };
}

/** The last part between two marks: a mark that lost its partner is a comment like any other. */
export function blockOf(text: string, first: string, last: string): Block | undefined {
  const lines = linesOf(text).map(({ content }) => content);
  const end = lines.lastIndexOf(last);
  const start = lines.slice(0, Math.max(end, 0)).lastIndexOf(first);
  if (start < 0) return undefined;
  const nearest = lines.indexOf(last, start);
  return { start, end: nearest, contents: lines.slice(start + 1, nearest) };
}

/** The text with new lines before line `place` (from 0), ended the way the text ends its lines. */
export function insertAt(text: string, place: number, added: readonly string[]): string {
  if (added.length === 0) return text;
  const eol = eolOf(text);
  const lines = linesOf(text).map(({ content, rest }) => content + rest);
  const before = lines.slice(0, place).join("");
  const joint = before === "" || before.endsWith("\n") ? "" : eol;
  return [before, joint, ...added.map((line) => line + eol), ...lines.slice(place)].join("");
}

/** The text without the lines that say one of these. */
export function dropLines(text: string, contents: ReadonlySet<string>): string {
  const lines = linesOf(text).filter(({ content }) => !contents.has(content));
  return lines.map(({ content, rest }) => content + rest).join("");
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}
