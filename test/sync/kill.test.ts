import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MAIN } from "../scenarios/scratch-home.ts";
import { addServer, createFleet, succeed, wired, type TestFleet, type TestMachine } from "./machines.ts";

const GIT = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
/** ATK_TEST_LONG=1 kills at every call, which takes minutes. */
const IS_LONG = process.env["ATK_TEST_LONG"] !== undefined;
const RANDOM_KILLS = IS_LONG ? 20 : 3;
const CALLS_KILLED_AT = 6;

interface Running {
  readonly code: number | null;
  readonly signal: string | null;
}

/** `atk` in a process of its own, with a git that counts its calls and kills its parent before or after the one that is asked for. */
function deadlyAtk(
  fleet: TestFleet,
  machine: TestMachine,
  at: { readonly call: number; readonly when: string },
): Running {
  const bin = join(fleet.root, "deadly");
  const count = join(fleet.root, "calls");
  mkdirSync(bin, { recursive: true });
  rmSync(count, { force: true });
  const kill = 'kill -9 "$PPID"; exit 1';
  writeFileSync(
    join(bin, "git"),
    `#!/bin/sh\necho call >> '${count}'\nn=$(wc -l < '${count}')\nif [ "$n" -ne ${at.call} ]; then exec ${GIT} "$@"; fi\n` +
      (at.when === "before" ? `${kill}\n` : `${GIT} "$@"\n${kill}\n`),
  );
  chmodSync(join(bin, "git"), 0o755);
  const env = { ...machine.env, PATH: `${bin}${delimiter}${machine.env["PATH"] ?? ""}` };
  const { status, signal } = spawnSync(process.execPath, [MAIN, "sync", "--yes"], { cwd: machine.home, env });
  return { code: status, signal };
}

function callsIn(fleet: TestFleet): number {
  return readFileSync(join(fleet.root, "calls"), "utf8").split("\n").length - 1;
}

/** Both machines change something; the first one is through with its sync. */
async function bothChange(a: TestMachine, b: TestMachine, round: number): Promise<void> {
  addServer(a, `a${round}`);
  addServer(b, `b${round}`);
  await succeed(a.atk("sync", "--yes"));
}

async function expectInStep(a: TestMachine, b: TestMachine, rounds: readonly number[]): Promise<void> {
  const names = ["zero", ...rounds.flatMap((round) => [`a${round}`, `b${round}`])].sort();
  expect(wired(b)).toEqual(names);
  expect(b.git("status", "--porcelain")).toBe("");
  expect(existsSync(b.path(".atk/.git/MERGE_HEAD"))).toBe(false);
  await succeed(a.atk("sync", "--yes"));
  expect(wired(a)).toEqual(names);
  expect(a.read(".atk/atk.yaml")).toBe(b.read(".atk/atk.yaml"));
  expect(a.git("rev-parse", "HEAD")).toBe(b.git("rev-parse", "HEAD"));
}

describe.skipIf(!existsSync(MAIN))("a sync that is killed (needs a build)", () => {
  it("before or after any of its calls of git is completed by the next one", { timeout: 600_000 }, async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    await bothChange(a, b, 0);
    expect(deadlyAtk(fleet, b, { call: 0, when: "never" }).code).toBe(0);
    const rounds = [0];
    await expectInStep(a, b, rounds);
    const calls = callsIn(fleet);
    expect(calls).toBeGreaterThan(15);
    const stride = IS_LONG ? 1 : Math.ceil(calls / CALLS_KILLED_AT);
    for (let call = 1 + Math.floor(Math.random() * stride); call <= calls; call += stride) {
      rounds.push(call);
      await bothChange(a, b, call);
      const when = Math.random() < 0.5 ? "before" : "after";
      deadlyAtk(fleet, b, { call, when });
      // What git itself left when it was killed with us is for a person: index.lock. Ours is killed around git, never in it.
      await succeed(b.atk("sync", "--yes"));
      await expectInStep(a, b, rounds);
    }
  });

  it("at any moment is completed by the next one", { timeout: 600_000 }, async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    const start = (): ReturnType<typeof spawn> =>
      spawn(process.execPath, [MAIN, "sync", "--yes"], { cwd: b.home, env: b.env, stdio: "ignore" });
    await bothChange(a, b, 0);
    const began = performance.now();
    await once(start(), "exit");
    const tookMs = performance.now() - began;
    const rounds = [0];
    for (let round = 1; round <= RANDOM_KILLS; round += 1) {
      rounds.push(round);
      await bothChange(a, b, round);
      const child = start();
      const ended = once(child, "exit");
      await sleep(tookMs * (0.2 + 0.8 * Math.random()));
      child.kill("SIGKILL");
      await ended;
      await completed(b);
      await expectInStep(a, b, rounds);
    }
  });
});

/** A git that the killed one had started may still hold the index for a moment. */
async function completed(machine: TestMachine): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { code, stderr } = await machine.atk("sync", "--yes");
    if (code === 0) return;
    if (tries === 5) throw new Error(stderr);
    await sleep(200);
  }
}
