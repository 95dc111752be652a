import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inspectStored } from "../../src/sources/inspect-stored.ts";
import { keep } from "../../src/sources/store.ts";
import { manyFiles } from "./many-files.ts";
import { createWorld, type World } from "./world.ts";

let world: World;
let cache: string;
let program: string;
beforeAll(async () => {
  program = join(mkdtempSync(join(tmpdir(), "atk-store-")), "keep-tree.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("keep-tree.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));
beforeEach(() => {
  world = createWorld();
  cache = world.context.cacheDirectory;
});
afterEach(() => world.remove());

const start = (count: number): ChildProcess =>
  spawn(process.execPath, [program, cache, String(count)], { stdio: ["ignore", "pipe", "inherit"] });

function ended(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk) => (text += String(chunk)));
  return new Promise((resolve) => child.on("close", () => resolve(text)));
}

const entriesOf = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

describe("the store and several processes", () => {
  it("is written by five at once, each finds it whole, and no scratch folder is left", async () => {
    const { integrity } = manyFiles(40);
    const texts = await Promise.all(Array.from({ length: 5 }, () => ended(start(40))));
    expect(texts).toEqual(Array.from({ length: 5 }, () => `begins\n${integrity}\n`));
    expect(readdirSync(join(cache, "store"))).toEqual([integrity]);
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
  }, 60_000);

  it("killed in the middle (kill -9): no half tree is visible, and the next run cleans up and goes on", async () => {
    const tree = manyFiles(2000);
    const child = start(2000);
    const end = ended(child);
    await until(() => filesInScratch() > 20);
    child.kill("SIGKILL");
    await end;
    expect(entriesOf(join(cache, "store"))).toEqual([]);
    expect(entriesOf(join(cache, "tmp"))).toHaveLength(1);

    await keep(tree, world.context);
    expect((await inspectStored(tree.integrity, cache, world.host.files)).state).toBe("whole");
    expect(entriesOf(join(cache, "tmp"))).toEqual([]);
  }, 60_000);
});

function filesInScratch(): number {
  const [scratch] = entriesOf(join(cache, "tmp"));
  return scratch === undefined ? 0 : entriesOf(join(cache, "tmp", scratch, "work", "whole", "files")).length;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
