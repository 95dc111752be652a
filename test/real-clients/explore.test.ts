import { test } from "vitest";
import { createScratch, runClient } from "./scratch.ts";
import { startEverything } from "./everything-server.ts";
import { install, type ProgramId } from "./programs.ts";
import { wire } from "./wire.ts";
import { writeFileSync } from "node:fs";

const CMDS: [ProgramId, string[]][] = [
  ["claude-code", ["mcp", "list"]],
  ["gemini-cli", ["mcp", "list"]],
  ["opencode", ["mcp", "list"]],
  ["kilo", ["mcp", "list"]],
  ["qwen-code", ["mcp", "list"]],
  ["copilot-cli", ["mcp", "list", "--json"]],
  ["amp", ["mcp", "list", "--json"]],
  ["auggie", ["mcp", "list", "--json"]],
  ["auggie", ["rules", "list"]],
  ["droid", ["doctor", "--config", "--json"]],
  ["droid", ["mcp", "list"]],
  ["cline-cli", ["mcp", "remove", "everything"]],
];
test("explore", async () => {
  const http = await startEverything();
  const file = await install("everything");
  let out = "";
  for (const [id, args] of CMDS) {
    const s = createScratch();
    await wire(s, id, [
      { id: "everything", transport: "stdio", command: process.execPath, args: [file, "stdio"], env: { LOG_LEVEL: "debug" } },
      { id: "remote", transport: "http", url: http.url, headers: { "X-Team": "core" } },
    ]);
    const t = Date.now();
    const r = await runClient(id, args, s);
    out += `\n===== ${id} ${args.join(" ")} rc=${r.exitCode} ${Date.now() - t}ms\n${r.text.slice(0, 2500)}`;
    s.remove();
  }
  http.stop();
  writeFileSync("/tmp/explore.txt", out);
}, 900000);
