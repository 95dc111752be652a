const WORDS =
  /example|placeholder|changeme|redacted|dummy|sample|insert|replace|x{4}|\*{3}|\.{3}|…|[<>]|\$\{|\{\{|(?:your|fake|test|mock|some)[-_]|[-_](?:here|goes)\b/;
/** Nobody draws these by chance. */
const ROWS = ["12345678", "87654321", "abcdefgh", "zyxwvuts", "qwertyui", "deadbeef", "a1b2c3d4"];
/** Of 16 random hexadecimal digits fewer than this many are different once in more than a million times. */
const LEAST_DIFFERENT = 5;

/**
 * Whether a text of a token's shape stands for a token rather than being one: `xxxx`, `EXAMPLE`, `<your-token>`, `${VAR}`,
 * the same few characters again and again. `body` is the token without the letters that all tokens of its kind begin with.
 */
export function isPlaceholder(body: string): boolean {
  const same = body.toLowerCase();
  const isUniform = same === body || body === body.toUpperCase();
  if (new Set(same).size < LEAST_DIFFERENT) return true;
  if (/(.)\1{9}/.test(body)) return true;
  if (ROWS.some((row) => same.includes(row))) return true;
  // In a long random text of mixed case a short word may come up by chance; as a whole word in one case it does not.
  return WORDS.test(isUniform ? same : body) || /EXAMPLE|XXXX|YOUR[-_]|PLACEHOLDER|CHANGEME|REDACTED/.test(body);
}
