/**
 * The ways to write a value, the plainest first. Which of them reads back as the value depends on the text around it, so the
 * caller tries them. The syntax has no escape but \n and \r in double quotes, and a quote ends at the first quote of its kind.
 */
export function spellings(value: string, eol: string): readonly string[] {
  const ways: string[] = [];
  const raw = value.replaceAll("\n", eol);
  const broken = /[\r\n]/.test(value);
  if (/^[\w./:@%+,=~-]*$/.test(value)) ways.push(value);
  if (!value.includes("'") && !broken) ways.push(`'${value}'`);
  if (!value.includes('"') && !/\\[nr]/.test(value)) {
    ways.push(`"${value.replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`);
  }
  if (value.includes("\r")) return ways;
  for (const quote of ["'", "`"]) if (!value.includes(quote)) ways.push(quote + raw + quote);
  if (!/[\n#]/.test(value)) ways.push(value);
  return ways;
}
