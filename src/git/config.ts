/** git's settings, all files merged: full name (section and key in lower case) -> values, last one wins. */
export type GitConfig = ReadonlyMap<string, readonly string[]>;

export function lastValue(config: GitConfig, name: string): string | undefined {
  return config.get(name)?.at(-1);
}
