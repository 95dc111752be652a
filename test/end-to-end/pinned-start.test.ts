import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, readdirSync, utimesSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPinWorld, type PinWorld } from "../pins/world.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");
const HELLO =
  '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}\n{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}\n';

let world: PinWorld;
beforeEach(async () => {
  world = await createPinWorld();
  world.plugin("acme", ["npx", "-y", "@acme/server@^1", "--loud"]);
  expect((await world.atk("add ./src/acme --yes")).code).toBe(0);
});
afterEach(() => world.end());

/** As a client starts it: the built atk, in a process of its own, with nothing but Node on PATH. */
async function start(): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const env = { HOME: world.home, PATH: "/nowhere" };
  const child = spawn(process.execPath, [MAIN, "mcp", "run", "-g", "acme"], { env, cwd: world.home });
  const texts = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (texts.stderr += chunk.toString()));
  child.stdin.on("error", () => undefined);
  child.stdin.end(HELLO);
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, ...texts };
}

function program(): string {
  const store = join(world.home, ".cache/atk/npm");
  return join(store, readdirSync(store)[0] ?? "", "node_modules/@acme/server/bin/server.js");
}

describe("a pinned server as its client starts it", () => {
  it("runs from the store with its arguments, the first time and from then on, with neither npm nor a network", async () => {
    for (const _time of ["first", "short way"]) {
      const { code, stdout } = await start();
      expect(code).toBe(0);
      expect(stdout).toContain('"name":"second","description":"--loud"');
    }
    expect(readdirSync(join(world.home, ".cache/atk/parsed")).join()).toContain(".launch");
  });

  it("a change in the store is refused on the short way as well, before anything of it runs", async () => {
    await start();
    appendFileSync(program(), "console.log('changed');\n");
    const { code, stdout, stderr } = await start();
    expect(code).toBe(13);
    expect(stdout).toBe("");
    expect(stderr).toContain("node_modules/@acme/server/bin/server.js (changed)");
  });

  it("a file that was only touched is compared, and then trusted again", async () => {
    await start();
    const marker = join(program(), "../../../../../complete");
    const before = readFileSync(marker, "utf8");
    utimesSync(program(), new Date(0), new Date(0));
    expect((await start()).code).toBe(0);
    expect(readFileSync(marker, "utf8")).not.toBe(before);
    expect((await start()).code).toBe(0);
  });
});
