/** Tokens of all tools, or of those that are allowed; the server's instructions (`""`) always count. */
export function sumTokens(tokens: Readonly<Record<string, number>>, isCounted: (tool: string) => boolean): number {
  return Object.entries(tokens).reduce((sum, [name, count]) => (name === "" || isCounted(name) ? sum + count : sum), 0);
}
