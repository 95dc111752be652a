import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareOffers } from "../../src/tools/compare-offers.ts";
import { countTokens } from "../../src/tools/count-tokens.ts";
import { sumTokens } from "../../src/tools/sum-tokens.ts";
import { offerOf } from "../../src/tools/offer.ts";
import { offerDigest, parseRecord, printRecord } from "../../src/tools/record-text.ts";
import { isAllowed } from "../../src/tools/tool-filter.ts";

const read = {
  name: "read",
  description: "Reads\na file",
  inputSchema: { type: "object", properties: { path: { type: "string" } } },
};
const write = { name: "write", description: "Writes" };

describe("a record", () => {
  it("has one text, whatever order the server lists and writes in", () => {
    const swapped = {
      inputSchema: { properties: { path: { type: "string" } }, type: "object" },
      description: read.description,
      name: "read",
    };
    expect(offerDigest(offerOf({ tools: [write, swapped] }))).toBe(offerDigest(offerOf({ tools: [read, write] })));
  });

  it("shows a description line by line, and escapes what cannot be seen", () => {
    const text = printRecord({
      server: "files",
      offer: offerOf({ tools: [{ ...read, title: "a\u200bb\u{e0041}" }] }),
      tokens: { read: 5 },
    });
    expect(text).toContain(`"description": [\n        "Reads",\n        "a file"\n      ]`);
    expect(text).toContain(String.raw`"title": "a\u200bb\udb40\udc41"`);
  });

  it("is read back as it was", () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("a\nb", "\n", "__proto__"));
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: texts, description: texts, inputSchema: fc.dictionary(texts, fc.jsonValue()) })),
        texts,
        (tools, instructions) => {
          const offer = offerOf({ tools: JSON.parse(JSON.stringify(tools)) as never }, instructions);
          const text = printRecord({ server: "files", offer, tokens: {} });
          expect(parseRecord(text, "f", offerDigest(offer)).offer).toEqual(offer);
        },
      ),
    );
  });

  it("is refused when somebody has changed it", () => {
    const offer = offerOf({ tools: [read] });
    const text = printRecord({ server: "files", offer, tokens: {} }).replace("a file", "a secret");
    expect(() => parseRecord(text, "f.json", offerDigest(offer))).toThrow("f.json is not what was recorded");
  });
});

describe("two offers are compared", () => {
  it("field by field, and only as deep as they differ", () => {
    const now = {
      ...read,
      inputSchema: { type: "object", properties: { path: { type: "string", description: "new" } } },
    };
    const changes = compareOffers(offerOf({ tools: [read] }), offerOf({ tools: [now, write] }, "Hello"));
    expect(changes).toEqual([
      { what: "instructions", name: "", change: "changed", fields: [{ field: "instructions", after: "Hello" }] },
      {
        what: "tools",
        name: "read",
        change: "changed",
        fields: [{ field: "inputSchema.properties.path.description", after: "new" }],
      },
      {
        what: "tools",
        name: "write",
        change: "added",
        fields: [
          { field: "description", after: "Writes" },
          { field: "name", after: "write" },
        ],
      },
    ]);
  });

  it("two tools of one name are a change, even when one of them is the recorded one", () => {
    const changes = compareOffers(
      offerOf({ tools: [read] }),
      offerOf({ tools: [read, { ...read, description: "Other" }] }),
    );
    expect(changes).toMatchObject([{ name: "read", change: "changed" }]);
  });
});

describe("a filter", () => {
  it.each([
    ["get_issue", { allow: ["get_*"] }, true],
    ["delete_issue", { allow: ["get_*"] }, false],
    ["get_secret", { allow: ["get_*"], deny: ["*secret*"] }, false],
    ["anything", {}, true],
    ["anything", { allow: [] }, false],
    ["aba", { allow: ["ab*ba"] }, false],
    ["a.c", { allow: ["a.c"] }, true],
    ["abc", { allow: ["a.c"] }, false],
  ])("%s by %j: %s", (name, filter, allowed) => expect(isAllowed(name, filter)).toBe(allowed));
});

it("tokens are counted for each tool, and summed for those that are allowed", async () => {
  const tokens = await countTokens(offerOf({ tools: [read, write] }, "Be brief <|endoftext|>"));
  expect(Object.keys(tokens)).toEqual(["", "read", "write"]);
  expect(sumTokens(tokens, (name) => name === "write")).toBe((tokens[""] ?? 0) + (tokens["write"] ?? 0));
  expect(tokens["read"]).toBeGreaterThan(tokens["write"] ?? 0);
});
