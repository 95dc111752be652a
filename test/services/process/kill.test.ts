import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { identityOf, thisProcess } from "../../../src/host/process-identity.ts";
import { recordPath, writeRecord } from "../../../src/services/process/record.ts";
import { bundle, createWorld, isAlive, makeFolder, supervisorFile, useWorlds, type World } from "./world.ts";

useWorlds();

const starter = join(makeFolder("starter"), "start.cjs");
beforeAll(() => bundle("./start-child.ts", starter));

function kill(pid: number | undefined, signal: NodeJS.Signals = "SIGKILL"): void {
  if (pid === undefined) throw new Error("no process to kill");
  process.kill(pid, signal);
}

/** Starts the service from a process of its own, which leads a session, as a shell in a terminal does. */
function startElsewhere({ spec }: World): ChildProcess {
  const child = spawn(process.execPath, [starter, supervisorFile], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  child.stdin?.end(JSON.stringify(spec));
  return child;
}

async function runningPid(world: World): Promise<number> {
  return world.until(async () => {
    const { state, pid } = await world.observe();
    return state === "running" && pid;
  });
}

describe("when it is killed with kill -9", () => {
  it("a service is started again", async () => {
    const world = createWorld("echo up; exec sleep 1000");
    await world.start();
    const { pid } = await world.observe();
    kill(pid);
    await world.until(async () => (await world.observe()).restarts === 1);
    expect(await runningPid(world)).not.toBe(pid);
    expect((await world.observe()).detail).toBe("started again after it was ended by SIGKILL");
  });

  it("a supervisor leaves the service running, which can be seen, and stopped", async () => {
    const world = createWorld("while :; do echo tick; sleep 0.01; done");
    await world.start();
    const { pid = 0 } = await world.observe();
    kill(world.record().supervisor.pid);
    await world.until(async () => (await world.observe()).detail?.startsWith("no supervisor"));
    expect(await world.observe()).toMatchObject({
      state: "running",
      pid,
      detail: "no supervisor: it will not be started again by itself",
    });
    const before = (await world.logs()).length;
    await world.until(async () => (await world.logs()).length > before);
    await world.start();
    expect((await world.observe()).pid).toBe(pid);
    await world.stop();
    expect(isAlive(pid)).toBe(false);
    expect(await world.observe()).toMatchObject({ state: "stopped" });
  });

  it("a service whose supervisor is gone is seen as failed, and start starts it anew", async () => {
    const world = createWorld("sleep 1000 & sleep 1000");
    await world.start();
    const { pid = 0 } = await world.observe();
    const { supervisor } = world.record();
    kill(supervisor.pid);
    kill(pid);
    await world.until(() => !isAlive(pid) && !isAlive(supervisor.pid));
    expect(await world.observe()).toMatchObject({
      state: "failed",
      detail: "it and its supervisor were ended by somebody else",
    });
    await world.start();
    expect(await world.observe()).toMatchObject({ state: "running", restarts: 0 });
  });

  it.runIf(process.platform === "linux")(
    "both of them: children that are left are ended by stop, and before start",
    async () => {
      for (const next of ["stop", "start"] as const) {
        const world = createWorld(
          "(trap '' TERM; echo $$ >&2; sleep 1000) >/dev/null 2>&1 & echo $! > child; exec sleep 1000",
          { definition: { stopGraceMs: 300 } },
        );
        await world.start();
        const child = Number(world.text("child"));
        const { pid = 0 } = await world.observe();
        kill(world.record().supervisor.pid);
        kill(pid);
        await world.until(() => !isAlive(pid));
        expect(isAlive(child)).toBe(true);
        await world[next]();
        expect(isAlive(child)).toBe(false);
      }
    },
  );

  it("who started it takes nothing with him", async () => {
    const world = createWorld("echo up; exec sleep 1000");
    const child = startElsewhere(world);
    const pid = await runningPid(world);
    await once(child.stdout ?? child, "data");
    kill(child.pid);
    await once(child, "close");
    expect(isAlive(pid)).toBe(true);
    expect(await world.observe()).toMatchObject({ state: "running", pid });
    kill(pid);
    await world.until(async () => (await world.observe()).restarts === 1);
  });

  it("who is just starting it leaves one service or none, never two, at any moment", async () => {
    for (let round = 0; round < 12; round += 1) {
      const world = createWorld("echo $$ >> pids; exec sleep 1000");
      const child = startElsewhere(world);
      await new Promise((resolve) => setTimeout(resolve, 20 * round));
      kill(child.pid);
      await world.start();
      await world.until(() => world.text("pids"));
      await runningPid(world);
      const pids = (world.text("pids") ?? "").split("\n").map(Number);
      expect(pids.filter(isAlive)).toHaveLength(1);
      await world.stop();
      expect(pids.filter(isAlive)).toEqual([]);
    }
  });

  it("the session of who started it, as when a terminal is closed, goes without it", async () => {
    const world = createWorld("echo up; exec sleep 1000");
    const child = startElsewhere(world);
    const pid = await runningPid(world);
    await once(child.stdout ?? child, "data");
    kill(-(child.pid ?? 0), "SIGHUP");
    await once(child, "close");
    expect([pid, world.record().supervisor.pid].every(isAlive)).toBe(true);
  });
});

describe("a number that was given to another process", () => {
  function strangerOf(world: World): ChildProcess {
    const stranger = spawn("sleep", ["1000"], { detached: true, stdio: "ignore", cwd: world.directory });
    return stranger;
  }

  it("is not taken for the service, nor for its supervisor: stop and start kill no stranger", async () => {
    const world = createWorld("exec sleep 1000");
    await world.start();
    await world.stop();
    const stranger = strangerOf(world);
    const other = { ...identityOf(stranger.pid ?? 0), started: "1" };
    writeRecord(world.runDirectory, { ...world.record(), phase: "running", supervisor: other, service: other });
    expect(await world.observe()).toMatchObject({ state: "failed" });
    await world.stop();
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    writeRecord(world.runDirectory, { ...world.record(), phase: "running", supervisor: other, service: other });
    await world.start();
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    stranger.kill("SIGKILL");
  });

  it("of an earlier start of the machine is never asked", async () => {
    const world = createWorld("exec sleep 1000");
    await world.start();
    await world.stop();
    const stranger = strangerOf(world);
    const other = { ...identityOf(stranger.pid ?? 0), table: "another-boot pid:[1]" };
    writeRecord(world.runDirectory, { ...world.record(), phase: "running", supervisor: other, service: other });
    expect(await world.observe()).toMatchObject({ state: "stopped", detail: "the machine was started anew since" });
    await world.stop();
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    stranger.kill("SIGKILL");
  });

  it("of another container is left to it while that shows life", async () => {
    const world = createWorld("exec sleep 1000");
    await world.start();
    await world.stop();
    const [boot] = thisProcess().table.split(" ");
    const other = { ...thisProcess(), hostname: "devbox", table: `${boot} pid:[1]` };
    writeRecord(world.runDirectory, { ...world.record(), phase: "running", supervisor: other, service: other });
    expect(await world.observe()).toMatchObject({
      state: "unknown",
      detail: "it was started in another container (devbox)",
    });
    await expect(world.start()).rejects.toMatchObject({ code: "E_SERVICE" });
    await expect(world.stop()).rejects.toMatchObject({ code: "E_SERVICE" });
    writeFileSync(recordPath(world.runDirectory), "");
  });
});

describe("a record that cannot be read, as after a loss of power", () => {
  it("is as none, and what still runs is ended before it is started anew", async () => {
    const world = createWorld("echo $$ >> pids; exec sleep 1000");
    await world.start();
    kill(world.record().supervisor.pid);
    writeFileSync(recordPath(world.runDirectory), readFileSync(recordPath(world.runDirectory), "utf8").slice(0, 40));
    expect(await world.observe()).toEqual({ state: "stopped" });
    await world.start();
    const pids = (world.text("pids") ?? "").split("\n").map(Number);
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual(pids.slice(1));
  });
});
