import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEntry } from "../../../src/app/import/read-entry.ts";
import { view } from "../../../src/primitives/view.ts";
import { combinations, recordOf, serverFor } from "../../clients/servers.ts";

const named = combinations.map((each) => [`${each.client.id}, ${each.scope}, ${each.transport}`, each] as const);

describe.each(named)("%s", (_name, { mcp, scope, transport }) => {
  it("reads every entry that atk would write as a server that gives the same entry", () => {
    fc.assert(
      fc.property(serverFor(transport), (server) => {
        fc.pre((mcp.check?.(server, scope) ?? []).length === 0);
        const entry = JSON.parse(JSON.stringify(mcp.spell(server, scope))) as never;
        const read = readEntry(server.id, entry, mcp, scope);
        expect(read).toHaveProperty("server");
        if (!("server" in read)) return;
        const shape = { id: "x", owned: mcp.owned, defaults: mcp.defaults ?? {} };
        expect(view(mcp.spell(read.server, scope), shape)).toEqual(view(entry, shape));
      }),
      { numRuns: 60 },
    );
  });
});

describe("an entry that a person or a client wrote", () => {
  it("is read without the keys that are its user's own", () => {
    const { mcp } = recordOf("claude-code");
    const entry = { command: "npx", args: ["-y", "x"], timeout: 9, alwaysAllow: ["a"] };
    expect(readEntry("x", entry, mcp, "user")).toEqual({
      server: { id: "x", transport: "stdio", command: "npx", args: ["-y", "x"], env: {} },
    });
  });

  it.each([
    ["claude-code", { url: "https://a.example/mcp" }, "no declaration says the same of its type"],
    ["opencode", { type: "local", command: ["a"], enabled: false }, "it is switched off"],
    ["codex", { command: "a", enabled: false }, "it is switched off"],
    ["kiro", { command: "a", disabled: true }, "it is switched off"],
    ["claude-code", { command: "a", env: { PORT: 80 } }, "env PORT is not text"],
    ["claude-code", { command: "${HOME}/x" }, "command holds text that Claude Code would replace before it uses it"],
    ["codex", { name: "x" }, "it has neither a command nor an address"],
    ["codex", "x", "it is not a map"],
    ["gemini-cli", { command: "a", url: "https://a.example" }, "no declaration says the same of its url"],
  ])("%s: %j is left alone: %s", (id, entry, reason) => {
    expect(readEntry("x", entry, recordOf(id).mcp, "user")).toEqual({ reason });
  });
});
