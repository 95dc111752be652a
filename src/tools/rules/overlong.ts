import type { Rule } from "./rule.ts";

/** In UTF-16 units. The longest description of the reference servers has 2,800. */
const MOST = { name: 200, description: 10_000, value: 10_000 } as const;

/** Nobody reads texts of this length, or below so many empty lines; a model does. */
export const rule: Rule = {
  id: "overlong",
  title: "is so long, or so far below, that nobody reads it",
  find({ text, kind, length }) {
    const padding = /[ \t\u00a0]{150}/.exec(text.trimEnd()) ?? /(?:[ \t]*\n){25}/.exec(text.trimEnd());
    if (padding !== null) {
      const rest = text.slice(padding.index).trimStart();
      return [{ text: rest, from: 0, to: 1 }];
    }
    if (length <= MOST[kind]) return [];
    const sentence = `${length} characters`;
    return [{ text: sentence, from: 0, to: sentence.length }];
  },
};
