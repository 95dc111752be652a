import { insertAt, linesOf } from "./ignore-lines.ts";

/** The files of a home that git has merged by atk. A leading slash: only at the top. (gitattributes(5)) */
const MERGED = ["/atk.yaml", "/atk.lock", "/atk.lock.d/**", "/secrets.yaml", "/.gitignore", "/.gitattributes"];

const RULES = MERGED.map((path) => `${path} merge=atk`);

/** The .gitattributes of a new home. */
export function initialAttributes(): string {
  return `# git pull and git merge join these by what they mean, not by line; see atk git-merge-driver --help\n${RULES.join("\n")}\n`;
}

/** A .gitattributes with the lines that are missing at its end; the same text when there are none. A line of the user's for a file counts. */
export function withMergeRules(text: string): string {
  if (text === "") return initialAttributes();
  const named = new Set(
    linesOf(text).flatMap(({ content }) => (/\smerge(=|\s|$)/.test(content) ? [content.split(/\s/)[0]] : [])),
  );
  const missing = RULES.filter((_, at) => !named.has(MERGED[at]) && !named.has(MERGED[at]?.slice(1)));
  return insertAt(text, linesOf(text).length, missing);
}
