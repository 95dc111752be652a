// A server that writes down how it was started, and answers just enough of MCP to count as connected.
// Usage: node probe.mjs LOG [anything...]
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [log, ...args] = process.argv.slice(2);
writeFileSync(log, JSON.stringify({ args, env: process.env }));

const answers = {
  initialize: (params) => ({
    protocolVersion: params.protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "probe", version: "1.0.0" },
  }),
  "tools/list": () => ({ tools: [] }),
  ping: () => ({}),
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  const answer = answers[method];
  if (id === undefined) return;
  const reply =
    answer === undefined ? { error: { code: -32601, message: "no such method" } } : { result: answer(params) };
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...reply })}\n`);
});
