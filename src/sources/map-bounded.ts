/** How many files are read at a time: enough to keep a disk busy, few enough for every limit on open files. */
export const READ_WIDTH = 16;

/** The results in the order of the items; at most `width` calls are under way. The first fault ends it. */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  width: number,
  call: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = Array.from({ length: items.length });
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next;
      next += 1;
      const item = items[index] as Item;
      results[index] = await call(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  return results;
}
