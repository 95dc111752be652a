/** Small programs that are, or pretend to be, MCP servers. Each is the text of a Node module. */

const ANSWER = `
import { createInterface } from "node:readline";
export function serve(handle) {
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...handle(method, params ?? {}) }) + "\\n");
  });
}
export const hello = { result: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "demo", version: "1.2.3" } } };
export const tool = (name) => ({ name, description: "Tool " + name, inputSchema: { type: "object" } });
`;

export const SERVERS: Readonly<Record<string, string>> = {
  "answer.mjs": ANSWER,
  "good.mjs": `
import { hello, serve, tool } from "./answer.mjs";
serve((method) => (method === "initialize" ? hello : { result: { tools: [tool("one"), { ...tool("two"), description: undefined }] } }));`,
  "pages.mjs": `
import { hello, serve, tool } from "./answer.mjs";
serve((method, { cursor = "0" }) => {
  if (method === "initialize") return hello;
  const page = Number(cursor);
  return { result: { tools: [tool("tool-" + page)], ...(page < 4 ? { nextCursor: String(page + 1) } : {}) } };
});`,
  "endless-pages.mjs": `
import { hello, serve, tool } from "./answer.mjs";
serve((method, { cursor = "0" }) => (method === "initialize" ? hello : { result: { tools: [tool("t" + cursor)], nextCursor: cursor + "1" } }));`,
  "no-tools.mjs": `
import { serve } from "./answer.mjs";
serve(() => ({ result: { protocolVersion: "2025-06-18", capabilities: {}, serverInfo: { name: "quiet", version: "1" } } }));`,
  "refuses.mjs": `
import { serve } from "./answer.mjs";
serve(() => ({ error: { code: -32000, message: "no licence for " + process.env.LICENCE } }));`,
  "banner.mjs": `
import { hello, serve, tool } from "./answer.mjs";
console.log("Welcome to my server v1!");
serve((method) => (method === "initialize" ? hello : { result: { tools: [tool("one")] } }));`,
  "garbage.mjs": `setInterval(() => console.log("INFO still starting"), 20);`,
  "silent.mjs": `process.stdin.resume(); setInterval(() => {}, 1000);`,
  "flood-line.mjs": `
const chunk = Buffer.alloc(65536, "x");
const more = () => { while (process.stdout.write(chunk)); process.stdout.once("drain", more); };
more();`,
  "flood-lines.mjs": `
const chunk = Buffer.from("noise\\n".repeat(10000));
const more = () => { while (process.stdout.write(chunk)); process.stdout.once("drain", more); };
more();`,
  "exits.mjs": `console.error("\\u001b[31mcannot log in with " + process.env.API_TOKEN + "\\u001b[0m"); console.error("bye"); process.exitCode = 3;`,
  "exits-late.mjs": `
import { hello, serve } from "./answer.mjs";
serve((method) => { if (method === "initialize") return hello; console.error("out of memory"); process.exit(4); });`,
  "stubborn.mjs": `process.on("SIGTERM", () => {}); process.on("SIGINT", () => {}); process.stdin.resume(); setInterval(() => {}, 1000);`,
  "children.mjs": `
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { hello, serve, tool } from "./answer.mjs";
const child = spawn(process.execPath, [new URL("stubborn.mjs", import.meta.url).pathname], { stdio: "inherit" });
writeFileSync(process.env.PIDS, process.pid + " " + child.pid);
serve((method) => (method === "initialize" ? hello : { result: { tools: [tool("one")] } }));`,
  "children-silent.mjs": `
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
const child = spawn(process.execPath, [new URL("stubborn.mjs", import.meta.url).pathname], { stdio: "inherit" });
writeFileSync(process.env.PIDS, process.pid + " " + child.pid);
process.on("SIGTERM", () => {});
process.stdin.resume();`,
  "environment.mjs": `
import { hello, serve, tool } from "./answer.mjs";
serve((method) => (method === "initialize" ? hello : { result: { tools: [tool("token-" + process.env.TOKEN), tool("cwd-" + process.cwd().split("/").pop()), tool("arg-" + process.argv[2])] } }));`,
};
