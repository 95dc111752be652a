import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { machineIsolation } from "../../../src/services/isolation/machine-isolation.ts";
import { createScratch, isolated, type Scratch } from "./scratch.ts";

const machine = await machineIsolation(createNodeHost());
const works = machine.filesystem === "bubblewrap" && machine.programs["env"] !== undefined;

let scratch: Scratch;
let child: ChildProcessByStdio<null, Readable, null> | undefined;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => {
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) signalGroup("SIGKILL");
  scratch.remove();
});

/** As a supervisor does it: the leader of a process group of its own. Gives the lines it says. */
async function start(script: string): Promise<AsyncIterator<string>> {
  const { command, args, cwd, env } = await isolated(script, scratch, { manner: "service" });
  child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "inherit"] });
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}

function signalGroup(signal: NodeJS.Signals): void {
  process.kill(-(child?.pid ?? Number.NaN), signal);
}

async function ended(): Promise<readonly [number | null, NodeJS.Signals | null]> {
  if (child === undefined) throw new Error("not started");
  return (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
}

const WAIT = "echo up; while :; do sleep 0.1; done";

describe.skipIf(!works)(`a service in the sandbox${works ? "" : " (not here: bwrap or env --default-signal)"}`, () => {
  it.each(["TERM", "INT", "HUP", "USR1"] as const)("hears SIG%s, and its own exit code is told", async (name) => {
    const lines = await start(`trap 'echo heard; exit 7' ${name}; ${WAIT}`);
    expect((await lines.next()).value).toBe("up");
    const end = ended();
    signalGroup(`SIG${name}`);
    expect((await lines.next()).value).toBe("heard");
    expect(await end).toEqual([7, null]);
  });

  it("may take its time to end, and is not lost meanwhile", async () => {
    const lines = await start(`trap 'sleep 0.3; echo saved; exit 0' TERM; ${WAIT}`);
    await lines.next();
    const end = ended();
    signalGroup("SIGTERM");
    expect((await lines.next()).value).toBe("saved");
    expect(await end).toEqual([0, null]);
  });

  it("ends by a signal that it does not handle", async () => {
    const lines = await start(WAIT);
    await lines.next();
    const end = ended();
    signalGroup("SIGTERM");
    expect(await end).toEqual([143, null]);
  });

  it("is ended with everything it started by SIGKILL", async () => {
    const lines = await start(`trap '' TERM; (setsid sh -c 'while :; do sleep 0.1; done' &) ; ${WAIT}`);
    await lines.next();
    const end = ended();
    signalGroup("SIGKILL");
    expect(await end).toEqual([null, "SIGKILL"]);
    // The pipe of its output closes only when nobody is left who could write to it.
    expect((await lines.next()).done).toBe(true);
  });
});
