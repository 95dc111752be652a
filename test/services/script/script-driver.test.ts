import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createScriptDriver, scriptDriver } from "../../../src/services/script/script-driver.ts";
import type { Talk } from "../../../src/services/service.ts";
import { host, runs, specOf, textOf, until, useFolders } from "./world.ts";

useFolders();

const silent: Talk = () => undefined;
const left: number[] = [];

/** The pid that a command wrote into a file; it is ended after the test. */
async function pidIn(spec: Parameters<typeof textOf>[0], name: string): Promise<number> {
  const pid = Number(await until(() => textOf(spec, name)?.endsWith("\n") && textOf(spec, name)));
  left.push(pid);
  return pid;
}

afterEach(() => {
  for (const pid of left.splice(0).filter(runs)) process.kill(pid, "SIGKILL");
});

function listen(): { readonly talk: Talk; text(): string } {
  let text = "";
  return { talk: (chunk) => void (text += chunk), text: () => text };
}

describe.skipIf(process.platform === "win32")("start", () => {
  it("runs the plugin's line in its folder, with its variables, and tells what it says", async () => {
    const spec = specOf({ start: 'pwd; echo "level $LEVEL"; echo trouble >&2' }, { LEVEL: "debug" });
    const heard = listen();
    await scriptDriver.start(spec, host, heard.talk);
    expect(heard.text()).toBe(`${spec.directory}\nlevel debug\ntrouble\n`);
  });

  it("does not wait for what the line leaves in the background, which goes on and may go on writing", async () => {
    const server = "(while [ ! -e stop ]; do echo alive; sleep 0.02; done; echo done > ended) & echo $! > pid";
    const spec = specOf({ start: server, stop: "touch stop" });
    await scriptDriver.start(spec, host, silent);
    const pid = await pidIn(spec, "pid");
    const log = join(spec.runDirectory, "start.log");
    const before = statSync(log).size;
    await until(() => statSync(log).size > before);
    expect(runs(pid)).toBe(true);
    await scriptDriver.stop(spec, host, silent);
    await until(() => textOf(spec, "ended"));
  });

  it("keeps what it says for the user alone, and only of the last start", async () => {
    const spec = specOf({ start: "date +%N" });
    await scriptDriver.start(spec, host, silent);
    const last = listen();
    await scriptDriver.start(spec, host, last.talk);
    expect(readdirSync(spec.runDirectory)).toEqual(["start.log"]);
    expect(statSync(join(spec.runDirectory, "start.log")).mode & 0o777).toBe(0o600);
    expect(statSync(spec.runDirectory).mode & 0o777).toBe(0o700);
    expect(textOf(spec, "state/run/start.log")).toBe(last.text());
  });

  it("does nothing when the status command says that it runs", async () => {
    const spec = specOf({ start: "echo started >> starts", status: "test -e starts" });
    await scriptDriver.start(spec, host, silent);
    await scriptDriver.start(spec, host, silent);
    expect(textOf(spec, "starts")).toBe("started\n");
  });

  it("that fails says the line, the exit code and its last eight lines, without the values of variables", async () => {
    const line = 'for n in 1 2 3 4 5 6 7 8 9; do echo "line $n"; done; echo "token $TOKEN" >&2; exit 3';
    const spec = specOf({ start: line }, { TOKEN: "s3cr3t-value" });
    const error = await scriptDriver.start(spec, host, silent).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "E_SERVICE" });
    const [first, ...words] = String((error as Error).message).split("\n");
    expect(first).toBe(`github: '${line}' ended with exit code 3:`);
    expect(words).toEqual(["line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 9", "token (hidden)"]);
  });

  it("that fails leaves nothing running", async () => {
    const spec = specOf({ start: "sleep 1000 & echo $! > pid; exit 1" });
    await expect(scriptDriver.start(spec, host, silent)).rejects.toThrow("ended with exit code 1");
    expect(runs(await pidIn(spec, "pid"))).toBe(false);
  });

  it("that is ended by a signal says the signal's name", async () => {
    const spec = specOf({ start: "kill -KILL $$" });
    await expect(scriptDriver.start(spec, host, silent)).rejects.toThrow(
      "github: 'kill -KILL $$' was ended by SIGKILL",
    );
  });

  it("that stays in the foreground is ended after a time, and the type process is named", async () => {
    const driver = createScriptDriver({ startLimitMs: 300 });
    const spec = specOf({ start: "echo $$ > pid; echo listening; sleep 1000 | cat" });
    await expect(driver.start(spec, host, silent)).rejects.toMatchObject({
      code: "E_SERVICE",
      message: expect.stringMatching(/did not end within 0\.3 s and was stopped:\nlistening$/),
      hint: expect.stringContaining("type process"),
    });
    expect(runs(await pidIn(spec, "pid"))).toBe(false);
  });

  it("without a command is refused and says where to add one", async () => {
    const refused = { code: "E_PLUGIN_INVALID", hint: expect.stringContaining("lifecycle.start") };
    await expect(scriptDriver.start(specOf({}), host, silent)).rejects.toMatchObject(refused);
  });

  it("says so when the plugin's folder is gone", async () => {
    const spec = { ...specOf({ start: "true" }), directory: "/nowhere" };
    await expect(scriptDriver.start(spec, host, silent)).rejects.toMatchObject({
      code: "E_SERVICE",
      message: expect.stringContaining("/nowhere"),
    });
  });

  it("tells characters whole, wherever the output is cut", async () => {
    const heard = listen();
    await scriptDriver.start(
      specOf({ start: String.raw`printf '\303'; sleep 0.3; printf '\251\n'` }),
      host,
      heard.talk,
    );
    expect(heard.text()).toBe("é\n");
  });
});

describe.skipIf(process.platform === "win32")("stop", () => {
  it("without a command is refused, as nobody could say that it stopped", async () => {
    const refused = { code: "E_PLUGIN_INVALID", hint: expect.stringContaining("lifecycle.stop") };
    await expect(scriptDriver.stop(specOf({}), host, silent)).rejects.toMatchObject(refused);
  });

  it("may leave something in the background", async () => {
    const spec = specOf({ stop: "(sleep 0.3; echo cleaning; echo done > ended) & echo stopping" });
    const heard = listen();
    await scriptDriver.stop(spec, host, heard.talk);
    expect(heard.text()).toBe("stopping\n");
    await until(() => textOf(spec, "ended"));
  });

  it("that does not end in time is ended with all it started", async () => {
    const driver = createScriptDriver({ stopLimitMs: 300 });
    const spec = specOf({ stop: "sleep 1000 & echo $! > pid; wait" });
    await expect(driver.stop(spec, host, silent)).rejects.toThrow("did not end within 0.3 s");
    expect(runs(await pidIn(spec, "pid"))).toBe(false);
  });
});

describe.skipIf(process.platform === "win32")("status", () => {
  it.each([
    ["exit 0", { state: "running" }],
    ["exit 1", { state: "stopped" }],
    ["exit 3", { state: "stopped" }],
  ])("%s is %o", async (status, state) => {
    expect(await scriptDriver.observe(specOf({ status }), host, 20_000)).toEqual(state);
  });

  it("without a command is unknown", async () => {
    expect(await scriptDriver.observe(specOf({}), host, 20_000)).toMatchObject({ state: "unknown" });
  });

  it("whose program is missing is unknown, not stopped", async () => {
    const spec = specOf({ status: "no-such-program --status" });
    expect(await scriptDriver.observe(spec, host, 20_000)).toMatchObject({ state: "unknown" });
  });

  it("that does not answer is unknown, and nothing of it stays", async () => {
    const spec = specOf({ status: "sh -c 'echo $$ > pid; exec sleep 1000' | cat" });
    expect(await scriptDriver.observe(spec, host, 400)).toEqual({
      state: "unknown",
      detail: "the status command did not answer within 0.4 s",
    });
    expect(runs(await pidIn(spec, "pid"))).toBe(false);
  });

  it("leaves nothing that it put into the background", async () => {
    const spec = specOf({ status: "sleep 1000 & echo $! > pid" });
    expect(await scriptDriver.observe(spec, host, 20_000)).toEqual({ state: "running" });
    expect(runs(await pidIn(spec, "pid"))).toBe(false);
  });
});

describe.skipIf(process.platform === "win32")("logs", () => {
  const all = { follow: false } as const;

  it("are what the command prints", async () => {
    const heard = listen();
    await scriptDriver.logs(specOf({ logs: "echo one; echo two" }), host, all, heard.talk);
    expect(heard.text()).toBe("one\ntwo\n");
  });

  it("end when nobody wants them any more, and so does the command", async () => {
    const spec = specOf({ logs: "echo $$ > pid; echo first; tail -f /dev/null" });
    const stop = new AbortController();
    const shown = scriptDriver.logs(spec, host, { follow: true, signal: stop.signal }, () => stop.abort());
    await shown;
    expect(runs(await pidIn(spec, "pid"))).toBe(false);
  });

  it("that nobody wants before they begin are not asked for", async () => {
    const spec = specOf({ logs: "echo asked > asked; sleep 1000" });
    await scriptDriver.logs(spec, host, { follow: true, signal: AbortSignal.abort() }, silent);
    expect(textOf(spec, "asked")).toBeUndefined();
  });
});
