import { firstMatch, type Rule } from "./rule.ts";

/** What turns the direction of a text, so that people read it in another order than a model does. (Trojan Source, CVE-2021-42574) */
export const rule: Rule = {
  id: "bidi-controls",
  title: "has characters that turn the direction of the text",
  find({ text }) {
    const always = /[\u202a-\u202e\u2066-\u2069]/;
    // Marks are of use beside letters that are written from right to left, and nowhere else.
    const isRightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u.test(text);
    return firstMatch(text, isRightToLeft ? [always] : [always, /[\u200e\u200f]/]);
  },
};
