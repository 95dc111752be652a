import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { probe } from "../../../src/services/health/probe.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "atk-health-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const host = createNodeHost({ env: { PATH: process.env["PATH"], MACHINE: "1", BOTH: "machine" } });
const run = (line: string, timeoutMs = 20_000, more: { cwd?: string; signal?: AbortSignal } = {}) => {
  const { cwd = folder, ...options } = more;
  const env = { BOTH: "plugin", API_TOKEN: "s3cret-t0ken" };
  return probe({ kind: "command", line, cwd, env }, { host, timeoutMs, ...options });
};

/** A zombie is dead: it only waits for a parent that looks. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 10));
}

const pidIn = (name: string): number => Number(readFileSync(join(folder, name), "utf8"));

describe("a command probe", () => {
  it("is well when the line ends with exit code 0", async () => {
    expect(await run("true")).toEqual({ ok: true });
  });

  it("gets its folder, and its variables on top of the machine's", async () => {
    expect(await run(`test "$(pwd)" = "${folder}" && test "$BOTH$MACHINE" = plugin1 && test -z "$HOME"`)).toEqual({
      ok: true,
    });
  });

  it("tells the exit code, and nothing that was printed", async () => {
    const outcome = await run("echo $API_TOKEN; echo $API_TOKEN >&2; exit 3");
    expect(outcome).toEqual({ ok: false, why: "down", detail: "the status command ended with exit code 3" });
  });

  it("tells a program that is not there from a service that is down", async () => {
    const detail = "the program of the status command was not found";
    expect(await run("no-such-program-anywhere")).toEqual({ ok: false, why: "unclear", detail });
  });

  it("tells when its folder is not there", async () => {
    const detail = "the status command could not be started: its folder is not there";
    expect(await run("true", 3_000, { cwd: join(folder, "gone") })).toEqual({ ok: false, why: "unclear", detail });
  });

  it("tells when it was killed", async () => {
    expect(await run("kill -9 $$")).toMatchObject({ detail: "the status command was ended by SIGKILL" });
  });

  it("never throws, whatever the line is", async () => {
    expect(await run("a\0b")).toMatchObject({ ok: false, why: "unclear" });
  });

  it("takes no input", async () => {
    expect(await run("cat")).toEqual({ ok: true });
  });

  it("survives any amount of output", async () => {
    expect(await run("head -c 5000000 /dev/zero")).toEqual({ ok: true });
  });
});

describe.runIf(process.platform !== "win32")("of a command probe no process is left", () => {
  it("after its time, even when all of them ignore polite requests", async () => {
    const outcome = await run(
      `trap '' TERM; sh -c 'echo $$ > stubborn; trap "" TERM; while :; do sleep 1; done' & wait; sleep 60`,
      1_000,
    );
    expect(outcome).toEqual({ ok: false, why: "unwell", detail: "the status command did not end within 1 s" });
    await until(() => !isAlive(pidIn("stubborn")));
  });

  it("when it ended and left something in the background", async () => {
    expect(await run("sleep 600 & echo $! > background")).toEqual({ ok: true });
    await until(() => !isAlive(pidIn("background")));
  });

  it("when the caller stops it", async () => {
    const stop = new AbortController();
    const outcome = run("echo $$ > stopped.part; mv stopped.part stopped; sleep 600", 20_000, { signal: stop.signal });
    await until(() => existsSync(join(folder, "stopped")));
    stop.abort();
    expect(await outcome).toMatchObject({ ok: false, why: "aborted" });
    await until(() => !isAlive(pidIn("stopped")));
  });

  it("when it was stopped before it began: then it is not started", async () => {
    expect(await run("touch began", 3_000, { signal: AbortSignal.abort() })).toMatchObject({ why: "aborted" });
    expect(existsSync(join(folder, "began"))).toBe(false);
  });
});
