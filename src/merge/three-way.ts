/** What one thing is at the common ancestor and on both sides; undefined: it is not there. */
export interface Three<T> {
  readonly base: T | undefined;
  readonly ours: T | undefined;
  readonly theirs: T | undefined;
}

export function mapThree<T, U>({ base, ours, theirs }: Three<T>, change: (value: T) => U): Three<U> {
  const of = (value: T | undefined) => (value === undefined ? undefined : change(value));
  return { base: of(base), ours: of(ours), theirs: of(theirs) };
}

/** The member of each side that `find` gives. */
export function eachOf<T, U>({ base, ours, theirs }: Three<T>, find: (value: T) => U | undefined): Three<U> {
  const of = (value: T | undefined) => (value === undefined ? undefined : find(value));
  return { base: of(base), ours: of(ours), theirs: of(theirs) };
}

/** Which side counts when at most one has changed; undefined when both have, each another way. */
export function changedSide<T>(
  { base, ours, theirs }: Three<T>,
  same: (a: T | undefined, b: T | undefined) => boolean,
): "ours" | "theirs" | undefined {
  if (same(ours, theirs) || same(base, theirs)) return "ours";
  return same(base, ours) ? "theirs" : undefined;
}

/** The changed one; where both changed, the one that sorts first, an empty one last: it does not matter which side is ours. */
export function mergeWord({ base, ours, theirs }: { base: string | undefined; ours: string; theirs: string }): string {
  if (ours === theirs || base === theirs) return ours;
  if (base === ours || ours === "") return theirs;
  return theirs === "" || ours < theirs ? ours : theirs;
}
