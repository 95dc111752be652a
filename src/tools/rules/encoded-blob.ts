import type { Rule } from "./rule.ts";

/** Long runs of base64 or hex: a model can read what people cannot. */
export const rule: Rule = {
  id: "encoded-blob",
  title: "has a long encoded text",
  find({ text }) {
    const runs = [...text.matchAll(/[A-Za-z0-9+/_-]{100,}={0,2}|(?:\\x[0-9a-f]{2}){30,}/gi)];
    const found = runs.find(([run]) => isMixed(run));
    return found === undefined ? [] : [{ text, from: found.index, to: found.index + found[0].length }];
  },
};

/** A path or a row of dashes is no blob. */
function isMixed(run: string): boolean {
  const isHex = /^[0-9a-f\\x]+$/i.test(run) && /\d/.test(run) && /[a-f]/i.test(run);
  const isBase64 = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run);
  return isHex || isBase64;
}
