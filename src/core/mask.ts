const SHOWN = 4;
const LONGEST = 64;

/** A secret as it may be shown: `*` but for its last four characters, nothing but `*` when there are no more. Long ones are cut at the front. */
export function mask(secret: string): string {
  const characters = [...secret];
  if (characters.length <= SHOWN) return "*".repeat(characters.length);
  const hidden = Math.min(characters.length, LONGEST) - SHOWN;
  return "*".repeat(hidden) + characters.slice(-SHOWN).join("");
}
