import { describe, expect, it } from "vitest";
import { createMemoryHost, type MemoryHost } from "../../src/host/memory-host.ts";
import { thisProcess } from "../../src/host/process-identity.ts";
import { lockHome } from "../../src/log/home-lock.ts";

const STATE = "/home/mia/.local/state/atk/home";
const FOLDER = `${STATE}/lock`;

function lock({ files }: MemoryHost, label = "atk apply", waitMs = 0): Promise<() => Promise<void>> {
  return lockHome({ directory: STATE, label, waitMs, files });
}

/** A claim as another process would have left it. */
function leaveClaim({ fs }: MemoryHost, holder: object, ageMs = 0): string {
  const path = `${FOLDER}/999-someone.json`;
  fs.mkdirSync(FOLDER, { recursive: true });
  fs.writeFileSync(path, JSON.stringify(holder));
  const then = new Date(Date.now() - ageMs);
  fs.utimesSync(path, then, then);
  return path;
}

const other = { ...thisProcess(), label: "atk add github", since: "2026-11-21T08:00:00.000Z" };

describe.concurrent("the home's lock", () => {
  it("is refused to a second one, who is told the process, the command and since when", async () => {
    const world = createMemoryHost();
    const release = await lock(world, "atk apply --yes");
    await expect(lock(world)).rejects.toMatchObject({
      code: "E_BUSY",
      message: expect.stringMatching(new RegExp(`process ${process.pid} on .*'atk apply --yes', since \\d{4}-`)),
      hint: expect.stringContaining("wait"),
    });
    await release();
    await (
      await lock(world)
    )();
  });

  it("is given to one who waits as soon as it is free", async () => {
    const world = createMemoryHost();
    const release = await lock(world);
    const waiting = lock(world, "second", 20_000);
    setTimeout(() => void release(), 100);
    await (
      await waiting
    )();
  });

  it("leaves no file when it is released, and can be released twice", async () => {
    const world = createMemoryHost();
    const release = await lock(world);
    expect((await world.files.list(FOLDER))?.length).toBe(1);
    await release();
    await release();
    expect(await world.files.list(FOLDER)).toEqual([]);
  });

  it("keeps who holds it in a file for the user alone", async () => {
    const world = createMemoryHost();
    await lock(world);
    const [claim] = (await world.files.list(FOLDER)) ?? [];
    expect((await world.files.stat(`${FOLDER}/${claim?.name}`))?.mode).toBe(0o600);
    expect((await world.files.stat(FOLDER))?.mode).toBe(0o700);
  });

  it("of a process that is gone is taken over at once", async () => {
    const world = createMemoryHost();
    const path = leaveClaim(world, { ...other, pid: 2 ** 22 + 1 });
    await lock(world);
    expect(await world.files.stat(path)).toBeUndefined();
  });

  it.runIf(process.platform === "linux")(
    "of a process whose number was given to another one is taken over at once",
    async () => {
      const world = createMemoryHost();
      leaveClaim(world, { ...other, started: "1" });
      await lock(world);
    },
  );

  it("of another machine stands while there are signs of life", async () => {
    const world = createMemoryHost();
    leaveClaim(world, { ...other, table: "another machine", hostname: "laptop" }, 10_000);
    await expect(lock(world)).rejects.toThrow("on laptop");
  });

  it("of another machine is taken over when it was silent for long, and while we watched", async () => {
    const world = createMemoryHost();
    const path = leaveClaim(world, { ...other, table: "another machine", hostname: "container" }, 3_600_000);
    const before = Date.now();
    await lock(world);
    expect(Date.now() - before).toBeGreaterThan(5_000);
    expect(await world.files.stat(path)).toBeUndefined();
  });

  it("of another machine that moves while we watch is not taken over, even when its clock is an hour behind", async () => {
    const world = createMemoryHost();
    const path = leaveClaim(world, { ...other, table: "another machine", hostname: "laptop" }, 3_600_000);
    const beats = setInterval(() => {
      const then = new Date(Date.now() - 3_600_000);
      world.fs.utimesSync(path, then, then);
    }, 2_000);
    await expect(lock(world, "second", 9_000)).rejects.toThrow("on laptop");
    clearInterval(beats);
  });

  it("stands while its file is just being written", async () => {
    const world = createMemoryHost();
    const path = leaveClaim(world, {});
    world.fs.writeFileSync(path, "");
    await expect(lock(world)).rejects.toMatchObject({ code: "E_BUSY" });
  });

  it("shows that it lives, to whom cannot see its process", async () => {
    const world = createMemoryHost();
    const release = await lock(world);
    const [claim] = (await world.files.list(FOLDER)) ?? [];
    const before = await world.files.stat(`${FOLDER}/${claim?.name}`);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const after = await world.files.stat(`${FOLDER}/${claim?.name}`);
    expect(after?.mtimeMs).toBeGreaterThan(before?.mtimeMs ?? 0);
    await release();
  });
});
