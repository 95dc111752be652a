// An MCP server over stdio with two tools, in front of Piper's HTTP API. One JSON-RPC message a line.
import { createInterface } from "node:readline";
import { TOOLS, call } from "./tools.mjs";

const VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion: VERSIONS.includes(protocolVersion) ? protocolVersion : VERSIONS[0],
    capabilities: { tools: {} },
    serverInfo: { name: "piper", version: "1.0.0" },
  }),
  ping: () => ({}),
  "tools/list": () => ({ tools: TOOLS }),
  "tools/call": async ({ name, arguments: given }) => {
    try {
      return { content: [{ type: "text", text: await call(name, given ?? {}) }] };
    } catch (error) {
      return { isError: true, content: [{ type: "text", text: error.message }] };
    }
  },
};

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "") continue;
  void handle(line);
}

async function handle(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return send({ id: null, error: { code: -32700, message: "not JSON" } });
  }
  // Notifications have no id and get no answer.
  if (message.id === undefined) return;
  const answer = Object.hasOwn(answers, message.method) ? answers[message.method] : undefined;
  if (answer === undefined)
    return send({ id: message.id, error: { code: -32601, message: `unknown method ${message.method}` } });
  send({ id: message.id, result: await answer(message.params ?? {}) });
}
