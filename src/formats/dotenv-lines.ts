/** One `NAME=value` of an environment file. Offsets count in the text without byte order mark. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** 1-based line of the name. */
  readonly line: number;
  /** Start of its first line. */
  readonly start: number;
  /** The written value with its quotes. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** End of its last line, without and with the line ending. */
  readonly end: number;
  readonly next: number;
}

export interface DotenvLines {
  readonly assignments: readonly Assignment[];
  /** 1-based lines that are no assignment, no comment and not blank. */
  readonly unknown: readonly number[];
}

/** The assignments of an environment file, as the `dotenv` package reads them. Text in quotes may run over several lines. */
export function readLines(text: string): DotenvLines {
  const assignments: Assignment[] = [];
  const unknown: number[] = [];
  let line = 1;
  for (let start = 0; start < text.length;) {
    const found = assignmentAt(text, start, line);
    const end = found?.end ?? lineEndFrom(text, start);
    if (found !== undefined) assignments.push(found);
    else if (!/^\s*(#|$)/.test(text.slice(start, end))) unknown.push(line);
    const next = found?.next ?? skipEnding(text, end);
    line += lineEndings(text, start, next);
    start = next;
  }
  return { assignments, unknown };
}

const HEAD = /[^\S\r\n]*(?:export[^\S\r\n]+)?([\w.-]+)(?:[^\S\r\n]*=|:(?=[^\S\r\n]))[^\S\r\n]*/y;

function assignmentAt(text: string, start: number, line: number): Assignment | undefined {
  HEAD.lastIndex = start;
  const [head, name] = HEAD.exec(text) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const valueStart = start + head.length;
  const valueEnd = quotedEnd(text, valueStart) ?? bareEnd(text, valueStart);
  const end = lineEndFrom(text, valueEnd);
  const value = valueOf(text.slice(valueStart, valueEnd));
  return { name, value, line, start, valueStart, valueEnd, end, next: skipEnding(text, end) };
}

/**
 * The end of a value in quotes: the first quote without a backslash before it, or an earlier one if nothing but a comment
 * may follow there on the line. Without such a quote the value is read as bare, quotes included.
 */
function quotedEnd(text: string, start: number): number | undefined {
  const quote = text[start];
  if (quote !== "'" && quote !== '"' && quote !== "`") return undefined;
  let end: number | undefined;
  for (let at = text.indexOf(quote, start + 1); at !== -1; at = text.indexOf(quote, at + 1)) {
    if (/^[^\S\r\n]*(#|$)/.test(text.slice(at + 1, lineEndFrom(text, at + 1)))) end = at + 1;
    if (text[at - 1] !== "\\") break;
  }
  return end;
}

function bareEnd(text: string, start: number): number {
  const end = lineEndFrom(text, start);
  const comment = text.slice(start, end).indexOf("#");
  const value = comment === -1 ? text.slice(start, end) : text.slice(start, start + comment);
  return start + value.trimEnd().length;
}

function valueOf(written: string): string {
  const quote = written[0];
  const text = written.replace(/\r\n?/g, "\n");
  const inner = /^(['"`])([^]*)\1$/.exec(text)?.[2] ?? text;
  return quote === '"' ? inner.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : inner;
}

function lineEndFrom(text: string, start: number): number {
  let end = start;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return end;
}

function skipEnding(text: string, end: number): number {
  if (text.startsWith("\r\n", end)) return end + 2;
  return Math.min(end + 1, text.length);
}

function lineEndings(text: string, start: number, end: number): number {
  return text.slice(start, end).match(/\r\n?|\n/g)?.length ?? 0;
}
