/**
 * Whether a text shows these lines. `...` inside a line stands for any characters, a line that is just `...` for any lines,
 * also none; `(nothing)` alone means that the text is empty.
 */
export function matchesLines(text: string, lines: readonly string[]): boolean {
  if (lines.length === 1 && lines[0] === "(nothing)") return text === "";
  const pattern = lines.map((line) =>
    line === "..." ? "(?:.*\\n)*?" : `${line.split("...").map(escape).join(".*?")}\\n`,
  );
  return new RegExp(`^${pattern.join("")}$`).test(text.endsWith("\n") ? text : `${text}\n`);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
