import * as fc from "fast-check";
import type { Client, McpSupport } from "../../src/clients/client.ts";
import { clients } from "../../src/clients/index.generated.ts";
import type { Scope, Server, Transport, Value } from "../../src/core/server.ts";

/** One client in one scope with one transport: every combination that exists. */
export interface Combination {
  readonly client: Client;
  readonly mcp: McpSupport;
  readonly scope: Scope;
  readonly transport: Transport;
}

export const combinations: readonly Combination[] = clients.flatMap((client) => {
  const { mcp } = client;
  if (mcp === undefined) return [];
  const scopes: readonly Scope[] = ["user", "project"];
  return scopes
    .filter((scope) => mcp[scope] !== undefined)
    .flatMap((scope) => mcp.transports.map((transport) => ({ client, mcp, scope, transport })));
});

export function recordOf(id: string): Client & { readonly mcp: McpSupport } {
  const client = clients.find((each) => each.id === id);
  if (client?.mcp === undefined) throw new Error(`no client ${id} with MCP servers`);
  return { ...client, mcp: client.mcp };
}

/** Everything a check may forbid and nothing that is nonsense: the edges of what a manifest can say. */
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "a b",
    "'",
    '"',
    "$HOME",
    "${HOME}",
    "{env:HOME}",
    "$(id)",
    "x;y",
    "\\",
    "${{ secrets.X }}",
    "ü",
    "#",
    ": ",
  ),
);
const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,12}$/);
const prefix = fc.oneof(fc.constantFrom("Bearer ", "Token ", "k=", "$", "${", "{", "\n", ""), text);
const value: fc.Arbitrary<Value> = fc.oneof(text, fc.record({ env: name }), fc.record({ env: name, prefix }));
const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);

export function serverFor(transport: Transport): fc.Arbitrary<Server> {
  if (transport === "stdio") {
    const stdio = {
      id,
      transport: fc.constant(transport),
      command: text,
      args: fc.array(text, { maxLength: 5 }),
      env: fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }),
    };
    return fc.record(
      { ...stdio, cwd: fc.constantFrom("/work", "/with space") },
      { requiredKeys: ["id", "transport", "command", "args", "env"], noNullPrototype: true },
    );
  }
  const header = fc.oneof(fc.constant("Authorization"), fc.stringMatching(/^[A-Z][A-Za-z-]{0,12}$/));
  const headers = fc.dictionary(header, value, {
    maxKeys: 4,
    noNullPrototype: true,
  });
  return fc.record({
    id,
    transport: fc.constant(transport),
    url: fc.constantFrom("https://mcp.example.com/mcp", "http://localhost:3001/sse?a=b#c"),
    headers,
  });
}

/** A server that every client takes: plain words only. */
export function plainServer(transport: Transport): Server {
  if (transport === "stdio")
    return {
      id: "everything",
      transport,
      command: "node",
      args: ["index.js", "stdio"],
      env: { LOG_LEVEL: "debug" },
    };
  return { id: "linear", transport, url: "https://mcp.linear.app/mcp", headers: { "X-Team": "core" } };
}
