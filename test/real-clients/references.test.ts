import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Server } from "../../src/core/server.ts";
import { program, type ProgramId } from "./programs.ts";
import { createScratch, runClient, type Scratch } from "./scratch.ts";
import { recordOf, wireWithRecord } from "./wire.ts";

const PROBE = join(import.meta.dirname, "probe.mjs");
const EXPANDED = "expanded-value";

/** Commands that really start the servers. */
const STARTERS: readonly (readonly [ProgramId, readonly string[]])[] = [
  ["claude-code", ["mcp", "list"]],
  ["gemini-cli", ["mcp", "list"]],
  ["qwen-code", ["mcp", "list"]],
  ["opencode", ["mcp", "list"]],
  ["kilo", ["mcp", "list"]],
  ["droid", ["mcp", "list"]],
  ["auggie", ["rules", "list"]],
];

/** Headers of the first message to each path; what follows a refusal is about logging in. */
const received = new Map<string, IncomingHttpHeaders>();
let listener: HttpServer;

beforeAll(async () => {
  listener = createServer((request, response) => {
    const path = request.url ?? "";
    if (!received.has(path)) received.set(path, request.headers);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void listener.close());

describe.each(STARTERS)("%s", (id, args) => {
  let scratch: Scratch;
  beforeAll(async () => {
    await program(id);
    scratch = createScratch();
  });
  afterAll(() => scratch.remove());

  test("hands the value of a referred variable to the server, and every argument as it was written", async () => {
    const log = join(scratch.home, "probe.json");
    const words = ["a b", "it's", '"quoted"', "$5", "x;y", "*"];
    const server: Server = {
      id: "probe",
      transport: "stdio",
      command: process.execPath,
      args: [PROBE, log, ...words],
      env: { PROBE_TOKEN: { env: "ATK_PROBE_TOKEN" }, PLAIN: "p&q" },
    };
    await wireWithRecord(scratch, id, [server]);
    const { text } = await runClient(id, args, scratch, 60_000);
    expect(existsSync(log), text).toBe(true);
    const started = JSON.parse(readFileSync(log, "utf8")) as { args: string[]; env: Record<string, string> };
    expect(started.env).toMatchObject({ PROBE_TOKEN: EXPANDED, PLAIN: "p&q" });
    expect(started.args).toEqual(words);
  });

  test.runIf(recordOf(id).mcp.reference?.in.includes("headers"))(
    "sends the value of a referred variable in a header",
    async () => {
      const { port } = listener.address() as AddressInfo;
      await wireWithRecord(scratch, id, [
        {
          id: "remote",
          transport: "http",
          url: `http://127.0.0.1:${port}/${id}`,
          headers: { "X-Token": { env: "ATK_PROBE_TOKEN" } },
        },
      ]);
      const { text } = await runClient(id, args, scratch, 60_000);
      expect(received.get(`/${id}`)?.["x-token"], text).toBe(EXPANDED);
    },
  );
});
