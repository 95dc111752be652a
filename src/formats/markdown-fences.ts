/** A line of a text with its ending taken off. */
export interface Line {
  readonly text: string;
  readonly start: number;
  /** Offset behind the text, and behind the line ending. */
  readonly end: number;
  readonly next: number;
}

export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf("\n", start);
    const next = feed === -1 ? text.length : feed + 1;
    const end = feed === -1 ? next : feed > start && text[feed - 1] === "\r" ? feed - 1 : feed;
    lines.push({ text: text.slice(start, end), start, end, next });
    start = next;
  }
  return lines;
}

/**
 * Gives for the index of a line that opens a fenced code block the index of the line that closes it; undefined where no fence
 * opens, or where it is never closed. (CommonMark 0.31, section 4.5; fences in lists and quotes are not looked for.)
 * Cost: one pass ahead of all questions; a question reads only the lines of its block.
 */
export function fencesOf(lines: readonly Line[]): (index: number) => number | undefined {
  const longest = longestClosers(lines);
  return (index) => {
    const fence = openingFence(lines[index]?.text ?? "");
    if (fence === undefined || (longest[fence.mark]?.[index + 1] ?? 0) < fence.length) return undefined;
    for (let at = index + 1; at < lines.length; at += 1) if (closes(lines[at]?.text ?? "", fence)) return at;
    return undefined;
  };
}

interface Fence {
  readonly mark: "`" | "~";
  readonly length: number;
}

function openingFence(line: string): Fence | undefined {
  const [, ticks, tildes] = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(line) ?? [];
  if (ticks !== undefined) return { mark: "`", length: ticks.length };
  return tildes === undefined ? undefined : { mark: "~", length: tildes.length };
}

function closes(line: string, fence: Fence): boolean {
  const closer = closingFence(line);
  return closer?.mark === fence.mark && closer.length >= fence.length;
}

function closingFence(line: string): Fence | undefined {
  const run = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
  return run === undefined ? undefined : { mark: run.startsWith("`") ? "`" : "~", length: run.length };
}

/** For every line: the longest closing fence there or below, so that a fence without an end is known at once. */
function longestClosers(lines: readonly Line[]): Record<Fence["mark"], number[]> {
  const longest: Record<Fence["mark"], number[]> = { "`": [], "~": [] };
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const closer = closingFence(lines[at]?.text ?? "");
    for (const mark of ["`", "~"] as const) {
      const below = longest[mark][at + 1] ?? 0;
      longest[mark][at] = closer?.mark === mark ? Math.max(below, closer.length) : below;
    }
  }
  return longest;
}
