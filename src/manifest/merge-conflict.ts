import type { Problem } from "../core/errors.ts";

/** The problem of a file that git left with conflict markers in it; undefined when it has none. */
export function mergeConflict(text: string, file: string): Problem | undefined {
  if (!text.includes("<<<<<<<")) return undefined;
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^<{7}( |$)/.test(line));
  const end = lines.findLastIndex((line) => /^>{7}( |$)/.test(line));
  if (start === -1 || end < start) return undefined;
  return {
    message: "unresolved merge conflict: the file still has both sides and git's markers",
    at: { file, line: start + 1, column: 1 },
    hint: `edit ${file} so that one version is left, or run: git mergetool`,
  };
}
