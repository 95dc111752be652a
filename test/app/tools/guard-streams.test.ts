import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ServerSpec } from "../../../src/app/server-specs.ts";
import { startServer } from "../../../src/app/start-server.ts";
import type { Server } from "../../../src/core/server.ts";
import { createNodeReadHost } from "../../../src/host/node-machine.ts";
import type { GuardRules } from "../../../src/tools/guard/guard-rules.ts";
import { offerOf } from "../../../src/tools/offer.ts";
import { offerDigest, printRecord } from "../../../src/tools/record-text.ts";

const tool = (name: string) => ({ name, description: `Does ${name}`, inputSchema: { type: "object" } });
const LIST = `{"jsonrpc":"2.0","id":1,"result":{"tools":${JSON.stringify([tool("get"), tool("wipe")])}}}`;

let folder: string;
let http: HttpServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "atk-guard-"));
  http = createServer((request, response) => {
    request.resume().once("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(request.method === "POST" ? LIST : "");
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  http.close();
  rmSync(folder, { recursive: true, force: true });
});

function local(script: string): Server {
  return { id: "notes", transport: "stdio", command: process.execPath, args: ["-e", script], env: {} };
}

function remote(): Server {
  const { port } = http.address() as AddressInfo;
  return { id: "notes", transport: "http", url: `http://127.0.0.1:${port}/mcp`, headers: {} };
}

async function run(
  server: Server,
  guard: GuardRules | undefined,
  asked: string,
): Promise<{ code: number; out: string; said: string[] }> {
  const spec: ServerSpec = {
    owner: "notes",
    server,
    env: {},
    directory: folder,
    missing: [],
    hint: "",
    ...(guard === undefined ? {} : { guard }),
  };
  const [input, output, said] = [new PassThrough(), new PassThrough(), [] as string[]];
  const stage = {
    host: createNodeReadHost(),
    streams: () => ({ input, output }),
    say: (sentence: string) => void said.push(sentence),
    interruption: () => new AbortController().signal,
  };
  input.end(asked);
  const code = await startServer(spec, stage);
  output.end();
  return { code, out: await text(output), said };
}

const ASK = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wipe"}}`;
const FILTER: GuardRules = { server: "notes", filter: { deny: ["wipe"] } };

function toolsIn(out: string): readonly string[] {
  return [...out.matchAll(/"name":"(\w+)"/g)].map(([, name]) => name ?? "");
}

it("a server on stdin and stdout is filtered, also in a last line without an end, and its exit code is kept", async () => {
  const script = `process.stdin.on("data", (d) => console.error(String(d))).on("end", () => { process.stdout.write(${JSON.stringify(LIST)}); process.exitCode = 7; })`;
  const { code, out } = await run(local(script), FILTER, ASK);
  expect(code).toBe(7);
  expect(toolsIn(out)).toEqual(["get"]);
  expect(out).toContain(`"id":2,"error":{"code":-32602`);
});

it("a server that is reached by URL is filtered in the same way", async () => {
  const { code, out } = await run(remote(), FILTER, ASK);
  expect(code).toBe(0);
  expect(toolsIn(out)).toEqual(["get"]);
  expect(out).toContain(`"id":2,"error":{"code":-32602`);
});

it("what was recorded is compared, and the record is checked against the lock first", async () => {
  const offer = offerOf({ tools: [tool("get")] });
  const file = join(folder, "notes.json");
  const rules = (digest: string): GuardRules => ({
    server: "notes",
    compare: { record: { file, digest }, changed: "deny", hidden: "warn" },
  });
  writeFileSync(file, printRecord({ server: "notes", offer, tokens: {} }));
  const { out, said } = await run(remote(), rules(offerDigest(offer)), ASK);
  expect(toolsIn(out)).toEqual(["get"]);
  expect(said[0]).toContain("withholds the tool 'wipe' of notes");
  await expect(run(remote(), rules(`sha256-${"0".repeat(64)}`), ASK)).rejects.toMatchObject({ code: "E_INTEGRITY" });
  rmSync(file);
  await expect(run(remote(), rules(offerDigest(offer)), ASK)).rejects.toMatchObject({ code: "E_INTEGRITY" });
});

it("a client that is gone ends the server", async () => {
  const { code } = await run(
    local(`process.stdin.resume().on("end", () => process.exit(0)); setInterval(() => {}, 1000)`),
    FILTER,
    "",
  );
  expect(code).toBe(0);
});
