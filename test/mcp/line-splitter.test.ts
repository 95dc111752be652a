import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createLineSplitter } from "../../src/mcp/line-splitter.ts";

it("gives the same lines however the bytes are cut, also inside a character", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "ü", "漢", "😀", "{", " "), maxLength: 12 });
  const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), cuts, fc.constantFrom("\n", "\r\n"), (lines, sizes, end) => {
      const bytes = Buffer.from(lines.map((each) => each + end).join(""));
      const splitter = createLineSplitter();
      const found: string[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        found.push(...splitter.push(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(found).toEqual(lines);
    }),
  );
});

it("keeps a line to itself until it ends", () => {
  const splitter = createLineSplitter();
  expect(splitter.push(Buffer.from("{}"))).toEqual([]);
  expect(splitter.push(Buffer.from("\n"))).toEqual(["{}"]);
});
