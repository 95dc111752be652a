import type { Rule } from "./rule.ts";

/** Names that look like others, or carry more than a name. (MCP 2025-11-25, tools: A-Z a-z 0-9 _ - . and at most 128 characters) */
export const rule: Rule = {
  id: "odd-name",
  title: "has a name with characters that names do not have",
  find({ text, isToolName }) {
    if (!isToolName || /^[A-Za-z0-9_./: -]{1,128}$/.test(text)) return [];
    const from = Math.max(0, text.search(/[^A-Za-z0-9_./: -]/));
    return [{ text, from, to: from + 1 }];
  },
};
