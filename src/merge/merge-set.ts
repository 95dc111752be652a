import { mergeOrder } from "./merge-order.ts";

export interface Sets {
  readonly base: readonly string[];
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** What both have, and what one has added; what one has taken away is gone. See `mergeOrder` for the order. */
export function mergeSet(sets: Sets): readonly string[] {
  const [base, ours, theirs] = [new Set(sets.base), new Set(sets.ours), new Set(sets.theirs)];
  return mergeOrder(sets, (id) => (base.has(id) ? ours.has(id) && theirs.has(id) : true));
}

/** The same for lines of a text: equal lines are told apart by their number. */
export function mergeLines(lines: Sets): readonly string[] {
  const merged = mergeSet({ base: numbered(lines.base), ours: numbered(lines.ours), theirs: numbered(lines.theirs) });
  return merged.map((line) => line.slice(line.indexOf(" ") + 1));
}

/** The number first, so that no line is empty. */
function numbered(lines: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const count = (seen.get(line) ?? 0) + 1;
    seen.set(line, count);
    return `${count} ${line}`;
  });
}
