import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { isServerEntry, readEntry } from "../../../src/app/drift/read-entry.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { view } from "../../../src/primitives/view.ts";
import { combinations, recordOf, serverFor } from "../../clients/servers.ts";

const named = combinations.map((each) => [`${each.client.id} / ${each.scope} / ${each.transport}`, each] as const);

describe.each(named)("an entry of %s", (_name, { mcp, scope, transport }) => {
  const shape = { id: "", owned: mcp.owned, defaults: mcp.defaults ?? {} };

  test("is read back as a server that is spelled the same", () => {
    const accepted = serverFor(transport).filter((server) => (mcp.check?.(server, scope) ?? []).length === 0);
    fc.assert(
      fc.property(accepted, (server) => {
        const entry = mcp.spell(server, scope);
        fc.pre(isServerEntry(entry));
        const read = readEntry(server.id, entry, mcp, scope);
        expect(read?.unsaid).toEqual([]);
        if (read === undefined) throw new Error("it was not read");
        expect(view(mcp.spell(read.server, scope), shape)).toEqual(view(entry, shape));
      }),
      { numRuns: 40 },
    );
  });
});

describe("an entry that somebody wrote by hand", () => {
  const read = (client: string, entry: JsonObject) => readEntry("a", entry, recordOf(client).mcp, "user");

  it("may use another key for the same thing", () => {
    expect(read("windsurf", { url: "https://h.example/mcp" })).toMatchObject({
      server: { transport: "http", url: "https://h.example/mcp" },
      unsaid: [],
    });
    expect(read("cursor", { type: "stdio", command: "x", disabled: false })).toMatchObject({ unsaid: [] });
  });

  it("tells what the manifest has no words for", () => {
    expect(read("goose", { type: "stdio", cmd: "x", enabled: false, timeout: 9 })?.unsaid).toEqual([
      "enabled",
      "timeout",
    ]);
  });

  it("that is one line for a shell is not taken for the name of a program", () => {
    expect(read("auggie", { command: "npx -y thing" })?.unsaid).toEqual(["command"]);
  });

  it("names its tools", () => {
    expect(read("codex", { command: "x", enabled_tools: ["a"], disabled_tools: ["b"] })?.tools).toEqual({
      allow: ["a"],
      deny: ["b"],
    });
  });

  it("is none when it names neither a program nor an address", () => {
    expect(isServerEntry({ type: "builtin", enabled: true })).toBe(false);
    expect(read("cursor", { disabled: true })).toBeUndefined();
  });
});
