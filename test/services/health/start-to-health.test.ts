import { spawn } from "node:child_process";
import { expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { healthOf } from "../../../src/services/health/health-of.ts";
import { waitUntilHealthy } from "../../../src/services/health/wait-until-healthy.ts";
import type { Observation } from "../../../src/services/service.ts";
import { closedPort } from "./servers.ts";

const host = createNodeHost();

/** Begins to listen only when it is told to, and is well only at the third question. */
const SERVICE = `
let asked = 0;
process.stdin.once("data", () => require("http").createServer((request, response) => {
  response.writeHead((asked += 1) < 3 ? 503 : 200).end();
}).listen(Number(process.argv[1]), "127.0.0.1"));`;

it("a real service is starting, then unwell, then runs", async () => {
  const port = await closedPort();
  const child = spawn(process.execPath, ["-e", SERVICE, String(port)], { stdio: ["pipe", "ignore", "inherit"] });
  const since = new Date().toISOString();
  const check = { kind: "http", url: `http://localhost:${port}/health` } as const;
  const details: (string | undefined)[] = [];
  const onState = ({ state, detail }: Observation) => {
    details.push(`${state} ${detail}`);
    child.stdin.write("go\n");
  };
  const observe = (signal: AbortSignal) => healthOf({ state: "running", since, pid: 7 }, [check], { host, signal });
  const seen = await waitUntilHealthy(observe, { name: "demo", timeoutMs: 30_000, pollMs: 10, onState });
  child.kill("SIGKILL");
  expect(seen).toEqual({ state: "running", since, pid: 7 });
  expect(details).toEqual([
    `starting nothing listens on localhost:${port}`,
    `starting localhost:${port} answered with status 503`,
    "running undefined",
  ]);
});
