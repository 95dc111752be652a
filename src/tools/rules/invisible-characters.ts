import type { Rule } from "./rule.ts";

/**
 * Characters that take no room: zero-width ones, the tags block (which spells ASCII), variation selectors (which can carry any
 * bytes), fillers. Left alone where scripts and emoji need them: joiners between letters that join, one selector after a symbol, the
 * tags of a flag. (Unicode 16, chapters 23.2, 23.4, 23.9; UTS 51)
 */
export const rule: Rule = {
  id: "invisible-characters",
  title: "has characters that cannot be seen",
  find({ text }) {
    const shown = text.replace(NEEDED, (needed) => "x".repeat(needed.length));
    const found = INVISIBLE.exec(shown);
    return found === null ? [] : [{ text, from: found.index, to: found.index + found[0].length }];
  },
};

const INVISIBLE =
  // oxlint-disable-next-line no-misleading-character-class -- the characters are looked for one by one
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]+/u;

const NEEDED = new RegExp(
  [
    // A flag of a region: black flag, tags, cancel tag.
    "\u{1f3f4}[\u{e0020}-\u{e007e}]{1,6}\u{e007f}",
    // Emoji joined to one another, each with its presentation.
    String.raw`\p{Extended_Pictographic}[\ufe0e\ufe0f]?\p{Emoji_Modifier}?(?:\u200d\p{Extended_Pictographic}[\ufe0e\ufe0f]?\p{Emoji_Modifier}?)*`,
    String.raw`[0-9#*]\ufe0f\u20e3`,
    String.raw`\p{Script=Han}[\u{e0100}-\u{e01ef}]`,
    // Joiners and non-joiners between letters of scripts that have them.
    String.raw`(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Mongolian}]\p{M}*)[\u200c\u200d](?=[\p{L}\p{M}\s]|$)`,
  ].join("|"),
  "gu",
);
