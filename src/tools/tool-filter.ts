/** Names of tools, `*` for any text. Denied wins; without `allow` all are allowed. */
export interface ToolNames {
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

export function isAllowed(name: string, { allow, deny }: ToolNames): boolean {
  const matches = (pattern: string): boolean => matchesPattern(name, pattern);
  return (allow === undefined || allow.some(matches)) && !(deny ?? []).some(matches);
}

/** Linear: each part is searched after the one before it. */
function matchesPattern(name: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
