/** As many files are waited for at once; with more, the disk gains nothing (measured with 500 files: 1: 170 ms, 4: 84, 16: 52, 32: 49). */
const AT_ONCE = 16;

/** Does the work for every item, some at once. After the first fault nothing new is begun, and it is thrown when all that runs has ended. */
export async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const faults: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      if (faults.length > 0) return;
      await work(item).catch((error: unknown) => faults.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  if (faults.length > 0) throw faults[0];
}
