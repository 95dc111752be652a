/** How many files are read at a time: enough to keep a disk busy, few enough for every limit on open files. */
export const READ_WIDTH = 16;

/**
 * The results in the order of the items; at most `width` calls are under way. After a fault no new call is begun, and the
 * fault is thrown when those under way have ended: what they work on may be cleaned up then.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  width: number,
  call: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = Array.from({ length: items.length });
  const queue = inTurn(items);
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await call(item);
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, work));
  const fault = ends.find((end) => end.status === "rejected");
  if (fault !== undefined) throw fault.reason;
  return results;
}

/** A generator, since leaving a loop over it by a fault ends it for every other loop as well. */
function* inTurn<Item>(items: readonly Item[]): Generator<readonly [number, Item]> {
  yield* items.entries();
}
