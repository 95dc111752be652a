import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nodeFiles } from "../../src/host/node-files.ts";
import { hasOpenJournal, recover } from "../../src/log/transaction.ts";
import { treeOf } from "./tree.ts";

const FILES = 40;
const KILLS = 40;
const files = nodeFiles();
const root = mkdtempSync(join(tmpdir(), "atk-kill-"));
const bundle = join(root, "kill-child.mjs");
let home = "";

beforeAll(async () => {
  const entry = join(dirname(fileURLToPath(import.meta.url)), "kill-child.ts");
  const banner = {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  };
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    banner,
    logLevel: "error",
  });
});

beforeEach(() => {
  home = mkdtempSync(join(root, "home-"));
  mkdirSync(join(home, "user/dotfiles"), { recursive: true });
  for (let index = 0; index < FILES; index += 1) {
    mkdirSync(join(home, `user/d${index % 5}`), { recursive: true });
    writeFileSync(join(home, `user/d${index % 5}/f${index}`), `generation 0 of ${index}\n`, { mode: 0o640 });
    chmodSync(join(home, `user/d${index % 5}/f${index}`), 0o640);
  }
  writeFileSync(join(home, "user/dotfiles/linked"), "generation 0\n");
  symlinkSync("dotfiles/linked", join(home, "user/linked"));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function startChild(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [bundle, home, String(FILES), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout ?? child, "data")) as [Buffer];
  return chunk.toString().trim();
}

/** Ends a process at once; it may have ended by itself. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

/** How long this machine takes for one generation, start-up not counted: the moments of the kills are spread over that. */
async function measureTurn(): Promise<number> {
  const child = startChild("apply");
  const times: number[] = [];
  child.stdout?.on("data", (chunk: Buffer) => {
    for (const _line of chunk.toString().trim().split("\n")) times.push(performance.now());
  });
  while (times.length < 5) await pause(2);
  await kill(child);
  return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The generation that every file is of; fails when they are not all of the same. */
async function generation(): Promise<number> {
  const tree = await treeOf(files, join(home, "user"));
  expect(Object.keys(tree).filter((path) => path.includes(".atk-"))).toEqual([]);
  expect(tree["linked"]).toBe("link dotfiles/linked");
  const contents = Object.entries(tree).filter(([, entry]) => entry.startsWith("file"));
  const generations = new Set(contents.map(([, entry]) => /generation (\d+)/.exec(entry)?.[1] ?? "?"));
  expect([...generations], JSON.stringify(contents)).toHaveLength(1);
  expect(contents).toHaveLength(FILES + 1);
  const modes = contents.filter(([path]) => /^d\d/.test(path)).map(([, entry]) => entry.slice(0, 8));
  expect(new Set(modes)).toEqual(new Set(["file 640"]));
  return Number([...generations][0]);
}

describe("a process that is killed with SIGKILL while it applies one generation after another", () => {
  it(`never leaves two generations, at ${KILLS} random moments`, async () => {
    const turnMs = await measureTurn();
    await recover({ files, directory: join(home, "state") });
    const outcomes: string[] = [];
    const first = await generation();
    let reached = first;
    for (let round = 0; round < KILLS; round += 1) {
      const child = startChild("apply");
      await firstLine(child);
      await pause(Math.random() * 3 * turnMs);
      await kill(child);
      const recovery = await recover({ files, directory: join(home, "state") });
      outcomes.push(recovery?.outcome ?? "nothing to do");
      expect(recovery?.conflicts ?? []).toEqual([]);
      expect(await hasOpenJournal({ files, directory: join(home, "state") })).toBe(false);
      const now = await generation();
      expect(now).toBeGreaterThanOrEqual(reached);
      reached = now;
    }
    expect(reached).toBeGreaterThan(first);
    expect(outcomes.filter((outcome) => outcome !== "nothing to do").length, outcomes.join()).toBeGreaterThan(
      KILLS / 4,
    );
  });

  it("never leaves two generations when every recovery is killed too", async () => {
    const turnMs = await measureTurn();
    for (let round = 0; round < 10; round += 1) {
      const child = startChild("apply");
      await firstLine(child);
      await pause(Math.random() * 2 * turnMs);
      await kill(child);
      const recovering = startChild("recover");
      await firstLine(recovering);
      await pause((Math.random() * turnMs) / 4);
      await kill(recovering);
      await recover({ files, directory: join(home, "state") });
      await generation();
    }
  });
});

describe("the home's lock, over processes", () => {
  it("is held by one at a time: a counter that many processes read and write loses nothing", async () => {
    writeFileSync(join(home, "counter"), "0");
    const children = Array.from({ length: 6 }, () => startChild("count", "15"));
    const codes = await Promise.all(children.map(async (child) => (await once(child, "close"))[0] as number));
    expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readFileSync(join(home, "counter"), "utf8")).toBe("90");
  });

  it("of a killed process is taken over at once, also by many who come together", async () => {
    writeFileSync(join(home, "counter"), "0");
    const holder = startChild("hold");
    expect(await firstLine(holder)).toBe("held");
    const refused = startChild("count", "1", "0");
    const said = await firstLine(refused);
    expect(said).toContain("E_BUSY");
    expect(said).toContain(`process ${holder.pid}`);
    expect(said).toContain("atk apply --held");
    await kill(holder);
    const children = Array.from({ length: 5 }, () => startChild("count", "4"));
    await Promise.all(children.map((child) => once(child, "close")));
    expect(readFileSync(join(home, "counter"), "utf8")).toBe("20");
  });

  it("of a suspended process is not taken away", async () => {
    const holder = startChild("hold");
    await firstLine(holder);
    holder.kill("SIGSTOP");
    expect(await firstLine(startChild("count", "1", "0"))).toContain("E_BUSY");
    await kill(holder);
  });
});
