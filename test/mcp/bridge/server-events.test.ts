import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventParser, type ServerEvent } from "../../../src/mcp/bridge/server-events.ts";

function parse(text: string, cut = text.length): readonly ServerEvent[] {
  const bytes = Buffer.from(text);
  const parser = createEventParser();
  const found: ServerEvent[] = [];
  for (let at = 0; at < bytes.length; at += cut) found.push(...parser.push(bytes.subarray(at, at + cut)));
  return found;
}

describe("an event stream", () => {
  it.each([
    ["data: a\n\n", [{ type: "message", data: "a" }]],
    ["data:a\ndata: b\ndata\n\n", [{ type: "message", data: "a\nb\n" }]],
    ["event: endpoint\ndata:  two spaces\n\n", [{ type: "endpoint", data: " two spaces" }]],
    ["id: 7\ndata:\n\n", [{ type: "message", data: "", id: "7" }]],
    ["retry: 250\n\n", [{ type: "message", retryMs: 250 }]],
    ["retry: soon\nid: a\0b\ndata: x\n\n", [{ type: "message", data: "x" }]],
    [": a comment\nother: field\n\n", []],
    [
      "\uFEFFdata: a\r\n\r\ndata: b\r\r",
      [
        { type: "message", data: "a" },
        { type: "message", data: "b" },
      ],
    ],
    ["data: not ended", []],
    ["data: not ended\n", []],
  ])("%j gives %j", (text, wanted) => {
    expect(parse(text)).toEqual(wanted);
  });

  it("gives the same events however its bytes are cut", () => {
    const line = fc.constantFrom("data: ü😀", "data", "id: 1", ": c", "", "event: x", "retry: 5");
    const end = fc.constantFrom("\n", "\r\n");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), end, fc.integer({ min: 1, max: 5 }), (lines, eol, cut) => {
        const text = lines.map((each) => each + eol).join("");
        expect(parse(text, cut)).toEqual(parse(text));
      }),
    );
  });
});
