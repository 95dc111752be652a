import { printable } from "./paint.ts";

/** Columns padded to their widest cell, two blanks between; never cut or wrapped, so that it can be piped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows.map((row) => row.map((cell) => printable(cell).replaceAll("\n", " ")))];
  const widths = head.map((_title, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
