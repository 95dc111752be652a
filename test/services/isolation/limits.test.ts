import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunResult } from "../../../src/core/host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { machineIsolation } from "../../../src/services/isolation/machine-isolation.ts";
import { asOrdinaryUser, letIn } from "./ordinary-user.ts";
import { createScratch, isolated, type Scratch } from "./scratch.ts";

const machine = await machineIsolation(createNodeHost());

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

const MB = 2 ** 20;
/** Takes 400 MB of memory and touches all of it. */
const HOG = {
  command: "node",
  args: [
    "-e",
    "const kept = []; for (let i = 0; i < 40; i += 1) kept.push(Buffer.alloc(10 * 2 ** 20, 1)); console.log('fat');",
  ],
};

describe.skipIf(machine.memory === "none")("memory", () => {
  it.each(["limits", "sandbox"] as const)("ends a program that takes more than its share (level %s)", async (level) => {
    const line = await isolated(HOG, scratch, { level, memoryBytes: 256 * MB });
    const result = await scratch.host.programs.run(line);
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout).toBe("");
  });

  it("leaves a program alone that stays below it", async () => {
    const line = await isolated(HOG, scratch, { level: "limits", memoryBytes: 1024 * MB });
    expect(await scratch.host.programs.run(line)).toMatchObject({ exitCode: 0, stdout: "fat\n" });
  });

  it.runIf(machine.memory === "prlimit")("says that it is counted for each process, when it is", async () => {
    const { notEnforced } = await isolated(HOG, scratch, { level: "limits", memoryBytes: 256 * MB });
    expect(notEnforced).toEqual(["memory: not limited to 256 MB for all its processes together"]);
  });
});

const forker = await machineIsolation(asOrdinaryUser(createNodeHost()));

describe.skipIf(forker.processes === "none")("processes", () => {
  it("stops a program that starts more and more", async () => {
    letIn(scratch);
    const host = asOrdinaryUser(scratch.host);
    const bomb = "n=0; while [ $n -lt 60 ]; do sleep 30 & n=$((n+1)); done; echo boom";
    const line = await isolated(bomb, scratch, { machine: forker, processes: 20 });
    expect(line).toMatchObject({ notEnforced: [] });
    const result = await host.programs.run(line);
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout).toBe("");
  });

  it("counts only what is inside: others of the same user do not use it up", async () => {
    letIn(scratch);
    const host = asOrdinaryUser(scratch.host);
    const control = new AbortController();
    const many =
      "trap 'kill $all' TERM; n=0; while [ $n -lt 30 ]; do sleep 30 & all=\"$all $!\" n=$((n+1)); done; echo up; wait";
    let others: Promise<RunResult> | undefined;
    await new Promise<void>((resolve) => {
      const request = { command: "sh", args: ["-c", many], signal: control.signal };
      others = host.programs.run({ ...request, onOutput: () => resolve() });
    });
    const line = await isolated("sleep 0 & wait; echo fine", scratch, { machine: forker, processes: 20 });
    expect(await host.programs.run(line)).toMatchObject({ exitCode: 0, stdout: "fine\n" });
    control.abort();
    await others;
  });

  it.runIf(forker.processes === "prlimit")("says that they are not limited outside of the sandbox", async () => {
    const { notEnforced } = await isolated("true", scratch, { machine: forker, level: "limits", processes: 20 });
    expect(notEnforced).toEqual(["processes: not limited to 20"]);
  });
});
