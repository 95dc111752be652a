import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { olderPath, outputPath } from "../../../src/services/process/output-files.ts";
import { openOutputLog } from "../../../src/services/process/output-log.ts";
import { showLogs } from "../../../src/services/process/show-logs.ts";
import { createWorld, isAlive, makeFolder, useWorlds, type World } from "./world.ts";

useWorlds();

const MIB = 1024 * 1024;

/** What the output takes of the disk now, in bytes. */
function usedBytes({ runDirectory }: World): number {
  return readdirSync(runDirectory)
    .filter((name) => name.startsWith("output"))
    .reduce((sum, name) => sum + (statSync(join(runDirectory, name), { throwIfNoEntry: false })?.blocks ?? 0) * 512, 0);
}

/** A service that is a program for Node. */
function writeProgram({ directory }: World, text: string): void {
  writeFileSync(join(directory, "program.mjs"), text);
}

const NODE = `exec "${process.execPath}" program.mjs`;

/** Writes numbered lines beside the service, and puts them aside as its supervisor does, at moments that are known. */
function writeLines({ runDirectory }: World, count: number): void {
  const log = openOutputLog(runDirectory, { logBytes: MIB, logFiles: 4 });
  for (let from = 0; from < count; from += 500) {
    const numbers = Array.from({ length: 500 }, (_, index) => from + index);
    writeSync(log.fd, numbers.map((number) => `line ${number} ${"x".repeat(80)}\n`).join(""));
    log.check();
  }
  log.close();
}

function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(/^line (\d+) x{80}$/gm)].map(([, number]) => Number(number));
}

function isRow(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => number === Number(numbers[0]) + index);
}

describe("the output of a service", () => {
  it("takes bounded disk and memory, whatever it writes: 600 MB in one go", async () => {
    const world = createWorld(NODE, { rules: { logBytes: 4 * MIB, logFiles: 3 } });
    writeProgram(
      world,
      `import { writeFileSync, writeSync } from "node:fs";
       const block = Buffer.alloc(60000, "flood\\n");
       for (let n = 0; n < 10000; n += 1) writeSync(1, block);
       writeFileSync("done", "yes"); setInterval(() => {}, 1000);`,
    );
    await world.start();
    let most = 0;
    await world.until(() => {
      most = Math.max(most, usedBytes(world));
      return world.text("done");
    });
    // Bounded by the limits, and by what can be written between two looks of a supervisor that may have to wait for a processor.
    expect(most).toBeLessThan(400 * MIB);
    await world.until(() => usedBytes(world) < 20 * MIB);
    expect(readdirSync(world.runDirectory).filter((name) => name.startsWith("output")).length).toBeLessThanOrEqual(3);
    const status = `/proc/${world.record().supervisor.pid}/status`;
    const memory = existsSync(status) ? readFileSync(status, "utf8") : "";
    expect(Number(/VmHWM:\s+(\d+) kB/.exec(memory)?.[1] ?? 0)).toBeLessThan(120_000);
  });

  it("keeps its last lines over files that were put aside, without a gap", async () => {
    const world = createWorld("exec sleep 1000");
    await world.start();
    writeLines(world, 60_000);
    const older = readdirSync(world.runDirectory).filter((name) => name.startsWith("output-"));
    expect(older).toHaveLength(3);
    expect(statSync(join(world.runDirectory, older[0] ?? "")).mode & 0o777).toBe(0o600);
    for (const lines of [1, 499, 15_000, 30_000]) {
      const numbers = numbersIn(await world.logs({ lines }));
      expect([numbers.length, isRow(numbers), numbers.at(-1)]).toEqual([lines, true, 59_999]);
    }
  });

  it("is followed over files that are put aside, line by line", async () => {
    const world = createWorld("exec sleep 1000");
    await world.start();
    let text = "";
    const following = showLogs(world.runDirectory, { follow: true }, [], (chunk) => (text += chunk));
    for (let round = 1; round <= 5; round += 1) {
      writeLines(world, 30_000);
      await world.until(() => text.match(/^line 29999 /gm)?.length === round);
    }
    await world.stop();
    await following;
    expect(numbersIn(text)).toEqual(Array.from({ length: 150_000 }, (_, index) => index % 30_000));
  });

  it("is followed until the service has ended for good, over its restarts", async () => {
    const world = createWorld("echo run >> runs; echo run $(wc -l < runs); sleep 0.4; exit 1", {
      definition: { maxRestarts: 2 },
    });
    await world.start();
    const text = await world.logs({ follow: true });
    expect(text.match(/^run \d/gm)).toEqual(["run 1", "run 2", "run 3"]);
    expect(text.trimEnd()).toMatch(/left alone now ---$/);
  });

  it("is followed until the signal says so", async () => {
    const world = createWorld("echo one; exec sleep 1000");
    await world.start();
    const controller = new AbortController();
    const following = world.logs({ follow: true, signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect(await following).toBe("one\n");
  });

  it("is whole text, however its characters are split over writes and reads", async () => {
    const world = createWorld(NODE);
    writeProgram(
      world,
      `import { writeSync } from "node:fs";
       const bytes = Buffer.from("zwölf Boxkämpfer jagen Viktor 🥊 über den Sylter Deich\\n".repeat(5000));
       for (let at = 0; at < bytes.length; at += 997) writeSync(1, bytes, at, Math.min(997, bytes.length - at));
       writeSync(1, "end\\n"); setInterval(() => {}, 1000);`,
    );
    await world.start();
    await world.until(async () => (await world.logs({ lines: 1 })) === "end\n");
    const text = await world.logs();
    expect(text).not.toContain("\ufffd");
    expect(text).toBe(`${"zwölf Boxkämpfer jagen Viktor 🥊 über den Sylter Deich\n".repeat(5000)}end\n`);
  });

  it("may have very long lines, and a last one without an end", async () => {
    const world = createWorld(NODE);
    writeProgram(
      world,
      `import { writeSync } from "node:fs";
       writeSync(1, "short\\n" + "y".repeat(3e6) + "\\nopen"); setInterval(() => {}, 1000);`,
    );
    await world.start();
    await world.until(async () => (await world.logs({ lines: 1 })) === "open");
    expect((await world.logs({ lines: 2 })).length).toBe(3e6 + 1 + 4);
    expect(await world.logs({ lines: 3 })).toMatch(/^short\ny/);
    expect(await world.logs({ lines: 0 })).toBe("");
  });

  it("is shown with no more lines than were asked for, also in the middle of a flood", async () => {
    const world = createWorld("exec yes flood");
    await world.start();
    await world.until(async () => (await world.logs({ lines: 1 })) !== "");
    for (let looks = 0; looks < 20; looks += 1)
      expect((await world.logs({ lines: 2 })).split("\n").length).toBeLessThanOrEqual(3);
  });

  it("that its user empties or removes goes on", async () => {
    const world = createWorld("while :; do echo tick; sleep 0.02; done");
    await world.start();
    await world.until(async () => (await world.logs()).split("\n").length > 10);
    writeFileSync(outputPath(world.runDirectory), "");
    await world.until(async () => (await world.logs()) === "tick\n");
    rmSync(outputPath(world.runDirectory));
    expect(await world.logs()).toBe("");
    expect(await world.observe()).toMatchObject({ state: "running" });
  });

  it("of a command that opens its log anew leaves no more than the limits on the disk", async () => {
    const world = createWorld(NODE, { rules: { logBytes: MIB, logFiles: 2 } });
    writeProgram(
      world,
      `import { openSync, writeFileSync, writeSync } from "node:fs";
       const fd = openSync("run/output.log", "r+");
       const block = Buffer.alloc(65536, "anew\\n");
       for (let n = 0; n < 600; n += 1) writeSync(fd, block, 0, block.length, n * block.length);
       writeFileSync("done", "yes"); setInterval(() => {}, 1000);`,
    );
    await world.start();
    await world.until(() => world.text("done"));
    await world.until(() => usedBytes(world) < 4 * MIB);
  });

  it("is followed over a gap, where it came faster than it could be put aside", async () => {
    const world = createWorld("exec sleep 1000");
    await world.start();
    writeFileSync(olderPath(world.runDirectory, 0), "one\n");
    writeFileSync(olderPath(world.runDirectory, 1000), "two\n");
    writeFileSync(outputPath(world.runDirectory), "three\n");
    expect(await world.logs()).toBe("one\ntwo\nthree\n");
    expect(await world.logs({ lines: 2 })).toBe("two\nthree\n");
  });

  it.runIf(process.platform === "linux")("on a full disk ends neither the service nor its supervisor", async () => {
    const world = createWorld("while :; do echo tick; sleep 0.01; done", { rules: { logBytes: 4_000, beatMs: 20 } });
    await world.start();
    // A directory in the place of the drafts fails as a full disk does.
    makeFolder(world.directory.split("/").at(-1) ?? "", "run", "output.draft");
    makeFolder(world.directory.split("/").at(-1) ?? "", "run", `state.json.${world.record().supervisor.pid}`);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(isAlive(world.record().supervisor.pid)).toBe(true);
    expect(usedBytes(world)).toBeLessThan(100_000);
  });
});

describe("the logs of a service that never ran", () => {
  it("are empty", async () => {
    expect(await createWorld("").logs()).toBe("");
    expect(await createWorld("").logs({ follow: true, lines: 10 })).toBe("");
  });
});
