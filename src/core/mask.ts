const SHOWN = 4;

/** A secret as it may be shown: its last four characters when they are less than half of it. How long it is is not told. */
export function mask(secret: string): string {
  const characters = [...secret];
  return characters.length <= 2 * SHOWN ? "****" : `****${characters.slice(-SHOWN).join("")}`;
}
