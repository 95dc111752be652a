import { firstMatch, type Rule } from "./rule.ts";

/** Sequences for a terminal, which can hide the text that an agent shows for approval, and other control characters. */
export const rule: Rule = {
  id: "terminal-escapes",
  title: "has control characters",
  // oxlint-disable-next-line no-control-regex -- just these are looked for
  find: ({ text }) =>
    firstMatch(text, [/\u001b\[[0-9;?]*[A-Za-z]?|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/]),
};
