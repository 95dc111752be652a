import { createNodeHost } from "/work/main/src/host/node-host.ts";
import { probeServer } from "/work/main/src/mcp/probe.ts";
import { mkdtempSync, mkdirSync } from "node:fs";
import { test } from "vitest";
const home = mkdtempSync("/tmp/h-");
const host = createNodeHost();
mkdirSync(home+"/files");
const env = { PATH: host.machine.env["PATH"], HOME: home, npm_config_cache: "/tmp/npmcache" };
test("x", async () => {
for (const args of [["@playwright/mcp@0.0.83"],["chrome-devtools-mcp@1.11.0"],["@upstash/context7-mcp@4.1.1"],["@eslint/mcp@0.3.13"],["@sveltejs/mcp@0.1.26"],["next-devtools-mcp@0.4.0"],["@modelcontextprotocol/server-everything@2026.8.31"],["@modelcontextprotocol/server-filesystem@2026.8.31",home+"/files"],["@modelcontextprotocol/server-sequential-thinking@2026.8.31"]]) {
try {
const r = await probeServer({id:"x",transport:"stdio",command:"npx",args:["-y",...args],env:{}},{env,cwd:home,timeoutMs:120000});
console.log(args[0], JSON.stringify(r.serverInfo), r.durationMs, r.tools.map(t=>t.name).join(" "));
} catch (e) { console.log(args[0], String(e)); }
}
}, 900000);
