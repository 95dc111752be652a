import { describe, expect, it } from "vitest";
import { createOutputLines } from "../../src/app/output-lines.ts";

function linesOf(secrets: readonly string[], chunks: readonly (readonly [string, "stdout" | "stderr"])[]): string[] {
  const seen: string[] = [];
  const lines = createOutputLines(secrets, (line) => seen.push(line));
  for (const [chunk, stream] of chunks) lines.talk(chunk, stream);
  lines.end();
  return seen;
}

describe("what a command of a plugin writes", () => {
  it("is told line by line, in the order in which the lines are complete", () => {
    const chunks = [
      ["fetch", "stdout"],
      ["warning: old\n", "stderr"],
      ["ing\ndone", "stdout"],
    ] as const;
    expect(linesOf([], chunks)).toEqual(["warning: old", "fetching", "done"]);
  });

  it("hides secrets, also where they come in pieces", () => {
    const chunks = [
      ["key ghp_", "stdout"],
      ["12345678 works\n", "stdout"],
    ] as const;
    expect(linesOf(["ghp_12345678"], chunks)).toEqual(["key (hidden) works"]);
  });

  it("leaves out empty lines and what moves a terminal", () => {
    expect(linesOf([], [["\u001B[31mred\u001B[0m\r\n\n10%\r20%\r\n", "stdout"]])).toEqual(["red", "10%", "20%"]);
  });
});
