import { describe, expect, it } from "vitest";
import { addIgnore, removeIgnores } from "../../src/manifest/edit-drift.ts";

const BASE = `schema_version: "2026-11-21"
agents: [cursor] # mine
plugins: []
`;
const beta = { entry: "mcp_server.github@cursor", reason: "trying a beta", until: "2026-12-21", machine: "laptop" };
const other = { ...beta, entry: "mcp_server.notes@cursor" };

describe("the word on an edit in the manifest", () => {
  it("begins the section, and taking it away gives the same bytes back", () => {
    const text = addIgnore(BASE, beta, "atk.yaml");
    expect(text).toBe(`${BASE}drift:
  ignore:
    - entry: mcp_server.github@cursor
      reason: trying a beta
      until: 2026-12-21
      machine: laptop
`);
    expect(removeIgnores(text, () => true, "atk.yaml").trimEnd()).toBe(BASE.trimEnd());
  });

  it("stands once for an entry of one machine, and others stay", () => {
    const both = addIgnore(addIgnore(BASE, beta, "atk.yaml"), other, "atk.yaml");
    const again = addIgnore(both, { ...beta, until: "2027-01-01" }, "atk.yaml");
    expect(again.match(/github@cursor/g)).toHaveLength(1);
    expect(again).toContain("until: 2027-01-01");
    expect(again).toContain("notes@cursor");
    expect(removeIgnores(again, ({ entry }) => entry === other.entry, "atk.yaml")).not.toContain("notes");
  });

  it("keeps comments of the section, and fills one that is empty", () => {
    const text = `${BASE}drift: # known\n  ignore: # these\n    # the beta\n    - { entry: a@b, reason: x, until: "2026-12-21" }\n`;
    const more = addIgnore(text, beta, "atk.yaml");
    expect(more).toContain("# the beta");
    expect(more).toContain("# these");
    expect(addIgnore(`${BASE}drift:\n  ignore: []\n`, beta, "atk.yaml")).toContain("reason: trying a beta");
    expect(addIgnore(`${BASE}drift: {}\n`, beta, "atk.yaml")).toContain("reason: trying a beta");
  });
});
