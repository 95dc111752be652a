import { firstMatch, type Neighbours, type Rule } from "./rule.ts";

/** A server that speaks of the tools of another one wants to change how those are used. */
export const rule: Rule = {
  id: "other-servers",
  title: "speaks of tools that are not its own",
  find({ plain, kind }, neighbours) {
    if (kind !== "description") return [];
    const named = namedTools(plain, neighbours);
    return firstMatch(plain, named === undefined ? GENERAL : [named, ...GENERAL]);
  },
};

const GENERAL: readonly RegExp[] = [
  /\b(?:before|instead of|after|prior to|whenever|when)\b[^.\n]{0,30}\b(?:any|every|all|each)(?: of the)? other tools?\b/i,
  /\b(?:when|whenever|before|after|if)\b[^.\n]{0,40}\b(?:other|another|different) (?:mcp )?server(?:'s|s'|s)? tools?\b/i,
  /\bthe other tools? (?:is|are) (?:broken|deprecated|unsafe|insecure|disabled)\b/i,
];

/** Only words that nobody writes by chance: `send_email` yes, `search` no. */
const DISTINCT = /^(?=.{6,})(?:.*[_\-./].*|[a-z]+[A-Z].*)$/;

function namedTools(text: string, { server, ownTools, others }: Neighbours): RegExp | undefined {
  const foreign = Object.entries(others).flatMap(([id, tools]) =>
    id === server ? [] : [...tools.filter((tool) => DISTINCT.test(tool) && !ownTools.has(tool)), `mcp__${id}__`],
  );
  const found = foreign.filter((name) => text.includes(name));
  if (found.length === 0) return undefined;
  return new RegExp(found.map((name) => `(?<![\\w-])${escapedForPattern(name)}(?![A-Za-z0-9-])`).join("|"));
}

function escapedForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
