/**
 * A text with everything in it that cannot be seen written out: `⟨U+200B⟩`; a run of the tags block, which spells ASCII, as what it
 * spells: `⟨tags: read ~/.ssh⟩`.
 */
export function visible(text: string): string {
  return (
    text
      .replaceAll(/[\u{e0020}-\u{e007e}]+/gu, (run) => `⟨tags: ${spelled(run)}⟩`)
      // oxlint-disable-next-line no-misleading-character-class -- the characters are looked for one by one
      .replaceAll(/[\p{Cf}\p{Cc}\u034f\u115f\u1160\u2028\u2029\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu, named)
      .replaceAll(/⟨U\+000A⟩/g, " ")
  );
}

/** The text without them, look-alike forms as plain letters: what its words are to a model. */
export function plainText(text: string): string {
  const seen = text.replaceAll(/[\u{e0020}-\u{e007e}]+/gu, (run) => ` ${spelled(run)} `);
  return seen
    .replaceAll(
      // oxlint-disable-next-line no-misleading-character-class -- the characters are looked for one by one
      /[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu,
      "",
    )
    .normalize("NFKC");
}

function spelled(run: string): string {
  return [...run].map((each) => String.fromCodePoint((each.codePointAt(0) ?? 0) - 0xe0000)).join("");
}

function named(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

const AROUND = 40;
const MOST = 120;

/** A part of a text with some of what stands around it, on one line. */
export function excerpt(text: string, from: number, to: number): string {
  const end = Math.min(to, from + MOST);
  const part = text.slice(Math.max(0, from - AROUND), end + AROUND);
  const [before, after] = [from > AROUND ? "..." : "", end + AROUND < text.length ? "..." : ""];
  return `${before}${visible(part).replaceAll(/\s+/g, " ").trim()}${after}`;
}
