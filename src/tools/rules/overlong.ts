import type { Rule } from "./rule.ts";

/** In UTF-16 units. The longest description of the reference servers has 2,800. */
const MOST = { name: 200, description: 10_000, value: 10_000 } as const;

/** Nobody reads texts of this length, or below so many empty lines; a model does. */
export const rule: Rule = {
  id: "overlong",
  title: "is so long, or so far below, that nobody reads it",
  find({ text, kind }) {
    const padding = /(?:[ \t]*\n){25,}\s*\S|[ \t\u00a0]{150,}\S/.exec(text);
    if (padding !== null) {
      const to = padding.index + padding[0].length;
      return [{ text, from: to - 1, to }];
    }
    if (text.length <= MOST[kind]) return [];
    const sentence = `${text.length} characters`;
    return [{ text: sentence, from: 0, to: sentence.length }];
  },
};
