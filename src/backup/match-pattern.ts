/**
 * Whether a path relative to the data (forward slashes) is meant by a pattern: `*` is any text inside a name, `?` one character, `**` any
 * folders. A pattern without a slash means the name wherever it is.
 */
export function matchesPattern(path: string, pattern: string): boolean {
  const anywhere = pattern.includes("/") ? pattern.replace(/^\.?\//, "") : `**/${pattern}`;
  return toExpression(anywhere.replace(/\/+$/, "")).test(path);
}

const made = new Map<string, RegExp>();

function toExpression(pattern: string): RegExp {
  const known = made.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .split("/")
    .map((part, index, { length }) =>
      part === "**" ? (index === length - 1 ? ".+" : "(?:[^/]+/)*") : partOf(part, index, length),
    )
    .join("");
  const expression = new RegExp(`^${source}$`, "su");
  made.set(pattern, expression);
  return expression;
}

function partOf(part: string, index: number, length: number): string {
  const text = part
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, "[^/]*")
    .replaceAll("?", "[^/]");
  return index === length - 1 ? text : `${text}/`;
}

/** Whether a pattern stands in a text at all. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/** The folders before the first pattern, and the rest: `~/.claude/projects/*` is `~/.claude/projects` and `*`. */
export function splitPattern(text: string): { readonly base: string; readonly pattern?: string } {
  const parts = text.split("/");
  const first = parts.findIndex(isPattern);
  if (first < 0) return { base: text };
  return { base: parts.slice(0, first).join("/"), pattern: `/${parts.slice(first).join("/")}` };
}
