import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  createServiceWorld,
  endHard,
  isAlive,
  proc,
  processesOf,
  runDirectory,
  SECRET,
  seen,
  supervisorOf,
  until,
} from "./service-world.ts";

const SLEEPER = "console.log('up'); setInterval(() => {}, 1000);\n";

const MIB = 1024 * 1024;
const FLOOD_MIB = 256;
const FLOOD = `
  const { writeFileSync, writeSync } = require("node:fs");
  const block = Buffer.alloc(${MIB / 8}, "x".repeat(99) + "\\n");
  let count = 0;
  setInterval(() => {
    writeSync(1, block);
    if ((count += 1) === ${FLOOD_MIB * 8}) writeFileSync("written", "");
  }, 1);
`;

/** Needs /proc. */
describe.runIf(process.platform === "linux")("a service of type process", () => {
  it("is started again when it is killed", async () => {
    const world = createServiceWorld(SLEEPER);
    expect(world.atk("start", "web").code).toBe(0);
    const first = seen(world)?.pid ?? 0;
    endHard(first);
    const now = await until(() => {
      const service = seen(world);
      return service?.state === "running" && service.pid !== first && service;
    }, "a second run");
    expect(now.restarts).toBe(1);
  });

  it("runs or does not run after a start that was killed at any moment, and never twice", async () => {
    const world = createServiceWorld(SLEEPER);
    for (const delayMs of [40, 90, 140, 200, 260, 330, 420]) {
      const child = world.start("start", "web");
      const ended = once(child, "exit");
      await sleep(delayMs);
      child.kill("SIGKILL");
      await ended;
      const next = world.atk("start", "web");
      expect(next.code, next.stderr).toBe(0);
      expect(seen(world)?.state).toBe("running");
      expect(serversIn(world)).toEqual([seen(world)?.pid]);
      expect(world.atk("stop", "web").code).toBe(0);
      await until(() => processesOf(world).length === 0, "nothing of it left");
    }
  });

  it("that was killed with its supervisor is said to be, and is started anew", async () => {
    const world = createServiceWorld(SLEEPER);
    world.atk("start", "web");
    const pid = seen(world)?.pid ?? 0;
    endHard(supervisorOf(world));
    endHard(pid);
    await until(() => !isAlive(pid), "the end of the server");
    expect(seen(world)).toMatchObject({ state: "failed", detail: "it and its supervisor were ended by somebody else" });
    expect(world.atk("start", "web").code).toBe(0);
    expect(seen(world)?.state).toBe("running");
    expect(serversIn(world)).toHaveLength(1);
  });

  it("goes on when only its supervisor is killed, and can be stopped", async () => {
    const world = createServiceWorld(SLEEPER);
    world.atk("start", "web");
    endHard(supervisorOf(world));
    await until(() => seen(world)?.detail?.startsWith("no supervisor"), "a status that tells it");
    expect(seen(world)?.state).toBe("running");
    expect(world.atk("stop", "web").code).toBe(0);
    expect(processesOf(world)).toEqual([]);
  });

  it("that ignores SIGTERM is gone after its grace", () => {
    const deaf = `process.on("SIGTERM", () => console.log("not me"));\n${SLEEPER}`;
    const world = createServiceWorld(deaf, "  stop_grace_seconds: 1\n");
    world.atk("start", "web");
    expect(seen(world)?.state).toBe("running");
    expect(world.atk("stop", "web").code).toBe(0);
    expect(world.atk("logs", "web").stdout).toContain("not me");
    expect(seen(world)?.state).toBe("stopped");
    expect(processesOf(world)).toEqual([]);
  });

  it("that ends at once is an error with its last words, secrets hidden", () => {
    const world = createServiceWorld("console.error(`no: ${process.env.TOKEN}`); process.exit(3);\n");
    const { code, stdout, stderr } = world.atk("start", "web");
    expect(code).toBe(6);
    expect(stderr).toContain("exited with code 3");
    expect(stderr).toContain("no: (hidden)");
    expect(stdout + stderr).not.toContain(SECRET);
    expect(seen(world)?.state).toBe("failed");
  });

  it("that floods its output fills no disk", async () => {
    const world = createServiceWorld(FLOOD);
    world.atk("start", "web");
    const folder = runDirectory(world);
    let most = 0;
    await until(() => {
      most = Math.max(most, bytesBelow(folder));
      return world.exists(".atk/plugins/web/written");
    }, `${FLOOD_MIB} MiB of output`);
    expect(most).toBeGreaterThan(5 * MIB);
    // Three files of 5 MiB, one that is just being put aside, and what comes while the supervisor waits for a processor.
    expect(most).toBeLessThan((FLOOD_MIB / 2) * MIB);
    expect(world.atk("stop", "web").code).toBe(0);
    expect(bytesBelow(folder)).toBeLessThan(25 * MIB);
  });

  it("whose probe hangs does not hang status", () => {
    const more = '  health: { command: "sleep 600", timeout_seconds: 1, starting_seconds: 1 }\n';
    const world = createServiceWorld(SLEEPER, more);
    world.atk("start", "web", "--no-wait");
    expect(["starting", "unhealthy"]).toContain(seen(world)?.state);
    const probes = processesOf(world).filter((pid) => proc(pid, "cmdline").includes("sleep"));
    expect(probes).toEqual([]);
  });

  it("has its secrets in its environment and nowhere else", () => {
    const tell = "console.log(`token ${process.env.TOKEN}`);\n";
    const world = createServiceWorld(tell + SLEEPER);
    expect(world.atk("start", "web").code).toBe(0);
    const { stdout } = world.atk("logs", "web");
    expect(stdout).toContain("token (hidden)");
    const pid = seen(world)?.pid ?? 0;
    expect(proc(pid, "environ")).toContain(SECRET);
    expect(processesOf(world)).toContain(pid);
    for (const each of processesOf(world)) expect(proc(each, "cmdline")).not.toContain(SECRET);
    expect(proc(supervisorOf(world), "environ")).not.toContain(SECRET);
    expect(world.atk("status", "--json").stdout).not.toContain(SECRET);
    expect(world.git("log", "--all", "-p")).not.toContain(SECRET);
    // The service itself said it: what it says is kept as it is, readable by the user alone, and hidden when it is shown.
    const said = join(runDirectory(world), "output.log");
    expect(statSync(said).mode & 0o077).toBe(0);
    const holders = world.filesWith(SECRET).map((name) => world.path(name));
    expect(holders.toSorted()).toEqual([world.path(".atk/plugins/web/.env"), said, world.path("given.env")].toSorted());
  });
});

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .reduce((sum, stat) => sum + (stat?.isFile() === true ? stat.size : 0), 0);
}

function serversIn(world: ReturnType<typeof createServiceWorld>): readonly number[] {
  return processesOf(world).filter((pid) => proc(pid, "cmdline").split("\0").includes("server.js"));
}
