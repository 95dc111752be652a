import type { Rule } from "./rule.ts";

/** Two servers with a tool of one name: which of them is called depends on the agent. */
export const rule: Rule = {
  id: "shadowed-name",
  title: "has the name of another server's tool",
  find({ text, isToolName }, { server, others }) {
    if (!isToolName) return [];
    const [other] = Object.entries(others).filter(([id, tools]) => id !== server && tools.includes(text));
    if (other === undefined) return [];
    const sentence = `${text} (also in ${other[0]})`;
    return [{ text: sentence, from: 0, to: sentence.length }];
  },
};
