import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { McpSupport } from "../../src/clients/client.ts";
import { clients } from "../../src/clients/index.generated.ts";
import type { Pointer } from "../../src/core/resource.ts";
import type { Scope, Server } from "../../src/core/server.ts";
import { valueAt, type DocumentEdit } from "../../src/formats/document.ts";
import { loadEditor } from "../../src/primitives/load-format.ts";

const SERVERS: readonly Server[] = [
  {
    id: "everything",
    transport: "stdio",
    command: "node",
    args: ["/opt/mcp/index.js", "stdio"],
    env: { LOG_LEVEL: "debug", GITHUB_TOKEN: { env: "GITHUB_TOKEN" } },
  },
  {
    id: "files",
    transport: "stdio",
    command: "npx",
    args: ["-y", "server-filesystem", "/home/mia/my documents"],
    env: {},
  },
  {
    id: "linear",
    transport: "http",
    url: "https://mcp.linear.app/mcp",
    headers: { Authorization: { env: "LINEAR_KEY" }, "X-Team": "core" },
  },
  { id: "old", transport: "sse", url: "https://old.example.com/sse", headers: {} },
];

const wired = clients.flatMap((client) => (client.mcp === undefined ? [] : [[client.id, client.mcp] as const]));

describe.each(wired)("%s: a file that a person keeps by hand", (id, mcp) => {
  const before = readFileSync(fixture(id, "before", mcp), "utf8");
  const scope: Scope = mcp.user === undefined ? "project" : "user";
  const servers = SERVERS.flatMap((server) => toldTo(mcp, scope, server));
  const edits = servers.map((server): DocumentEdit => ({
    op: "set",
    at: pointer(mcp, server.id),
    value: mcp.spell(server, scope),
  }));

  test("holds a server of its owner, a foreign key, and a comment where the syntax has them", async () => {
    const { parse } = await loadEditor(mcp.format);
    expect(
      valueAt(parse(before, id), pointer(mcp, mcp.format === "yaml" && mcp.item === undefined ? "developer" : "mine")),
    ).toBeDefined();
    if (mcp.format !== "json") expect(before).toMatch(/my own|by hand/);
  });

  test("gets the servers in its own spelling, and keeps the rest", async () => {
    const { edit } = await loadEditor(mcp.format);
    const { text } = edit({ text: before, edits, made: {}, file: id });
    await expect(text).toMatchFileSnapshot(fixture(id, "after", mcp));
    for (const line of before.split(/\r?\n/)) expect(text).toContain(line.replace(/,?\s*(\/\/.*)?$/, ""));
  });

  test("has the same bytes again when they are taken away", async () => {
    const { edit } = await loadEditor(mcp.format);
    const set = edit({ text: before, edits, made: {}, file: id });
    const deletes = edits.map(({ at }): DocumentEdit => ({ op: "delete", at }));
    expect(edit({ text: set.text, edits: deletes, made: set.made, file: id }).text).toBe(before);
  });
});

/** The server as this client can be told about it: without references where it has none, not at all where it cannot. */
function toldTo(mcp: McpSupport, scope: Scope, server: Server): readonly Server[] {
  if (!mcp.transports.includes(server.transport)) return [];
  const place = server.transport === "stdio" ? "env" : "headers";
  const told = mcp.reference?.in.includes(place) === true ? server : withoutReferences(server);
  expect(mcp.check?.(told, scope) ?? []).toEqual([]);
  return [told];
}

function withoutReferences(server: Server): Server {
  const literal = <T>(values: Readonly<Record<string, T>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
    );
  return server.transport === "stdio"
    ? { ...server, env: literal(server.env) }
    : { ...server, headers: literal(server.headers) };
}

function pointer(mcp: McpSupport, id: string): Pointer {
  return [...mcp.root, mcp.item === undefined ? id : { by: mcp.item.by, is: id }];
}

function fixture(id: string, name: "before" | "after", { format }: McpSupport): string {
  return join(import.meta.dirname, id, `${name}.${format}`);
}
