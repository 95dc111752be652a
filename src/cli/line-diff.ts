/** Lines that are in one text only, `-` and `+` before them, with two lines around; `...` stands for what is left out. */
export function lineDiff(before: string, after: string): readonly string[] {
  const marked = compare(before.split("\n"), after.split("\n"));
  const near = marked.map((_, at) => marked.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(isChanged));
  const lines: string[] = [];
  for (const [at, line] of marked.entries()) {
    if (near[at] === true) lines.push(line);
    else if (lines.length > 0 && lines.at(-1) !== GAP) lines.push(GAP);
  }
  return lines.at(-1) === GAP ? lines.slice(0, -1) : lines;
}

const AROUND = 2;
const GAP = "  ...";

const isChanged = (line: string): boolean => !line.startsWith("  ");

/** What begins and ends alike is left aside; between that the longest common lines, which is square in what is left. */
function compare(before: readonly string[], after: readonly string[]): readonly string[] {
  let begin = 0;
  while (begin < before.length && begin < after.length && before[begin] === after[begin]) begin++;
  let end = 0;
  const most = Math.min(before.length, after.length) - begin;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (line: string): string => `  ${line}`;
  return [
    ...before.slice(0, begin).map(same),
    ...between(before.slice(begin, before.length - end), after.slice(begin, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function between(before: readonly string[], after: readonly string[]): readonly string[] {
  const lengths = commonLengths(before, after);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const isSame = i < before.length && j < after.length && before[i] === after[j];
    if (isSame) lines.push(`  ${before[i]}`);
    const removes =
      !isSame && i < before.length && (j >= after.length || at(lengths, i + 1, j) >= at(lengths, i, j + 1));
    if (removes) lines.push(`- ${before[i]}`);
    if (!isSame && !removes) lines.push(`+ ${after[j]}`);
    if (isSame || removes) i++;
    if (isSame || !removes) j++;
  }
  return lines;
}

/** For each two places how many lines the rests have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
  const rows: number[][] = [];
  for (let i = before.length; i >= 0; i--) {
    const row: number[] = [];
    for (let j = after.length; j >= 0; j--) {
      if (i === before.length || j === after.length) row[j] = 0;
      else if (before[i] === after[j]) row[j] = (rows[i + 1]?.[j + 1] ?? 0) + 1;
      else row[j] = Math.max(rows[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
    rows[i] = row;
  }
  return rows;
}

function at(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0;
}
