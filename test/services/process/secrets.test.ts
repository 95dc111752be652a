import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { observeProcess } from "../../../src/services/process/observe-process.ts";
import { createProcessDriver, processDriver, supervisorProgram } from "../../../src/services/process/process-driver.ts";
import { createWorld, useWorlds } from "./world.ts";

useWorlds();

const TOKEN = "ghp-0123456789-secret-of-mia";

/** The arguments of every process. */
function commandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .join("\n");
}

describe("a secret in the variables of a service", () => {
  it.runIf(process.platform === "linux")("reaches the command, and no argument, no file and no message", async () => {
    const world = createWorld('test "$TOKEN" && echo it is set; exec sleep 1000', { env: { TOKEN } });
    await world.start();
    expect(commandLines()).toContain("github");
    expect(commandLines()).not.toContain(TOKEN);
    expect(readFileSync(`/proc/${world.record().supervisor.pid}/environ`, "utf8")).not.toContain(TOKEN);
    expect(await world.logs()).toBe("it is set\n");
    const files = readdirSync(world.runDirectory, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of files) expect(readFileSync(join(world.runDirectory, name), "utf8")).not.toContain(TOKEN);
  });

  it("is not told when the command cannot be started", async () => {
    const world = createWorld("", { env: { TOKEN: `${TOKEN}\0` }, definition: { args: [TOKEN, "\0"] } });
    const error = await world.start().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "E_PROGRAM" });
    expect(JSON.stringify([error, String(error)])).not.toContain(TOKEN);
  });

  it("and every other one is the machine's or the plugin's: the command gets exactly these", async () => {
    const world = createWorld("env; exec sleep 1000", { env: { TOKEN, PATH: process.env["PATH"] ?? "" } });
    await world.start();
    // PWD, OLDPWD, SHLVL and _ are the shell's own.
    const isOwn = (line: string): boolean => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line);
    const got = (await world.logs()).trimEnd().split("\n").filter(isOwn);
    const { machine } = createNodeHost();
    const wanted = Object.entries({ ...machine.env, ...world.spec.env }).map(([name, value]) => `${name}=${value}`);
    expect(got.sort()).toEqual(wanted.join("\n").split("\n").filter(isOwn).sort());
  });
});

describe("looking at services", () => {
  it("starts no process and costs little: a thousand looks", async () => {
    const world = createWorld("exec sleep 1000");
    await world.start();
    for (let n = 0; n < 1_000; n += 1) expect(observeProcess(world.runDirectory).state).toBe("running");
  });
});

describe("the driver of the installed atk", () => {
  it("says so when its supervisor is not beside it", async () => {
    const { spec } = createWorld("");
    expect(supervisorProgram()).toMatch(/supervise\.js$/);
    const driver = createProcessDriver({ supervisor: "/nowhere/supervise.js" });
    await expect(driver.start(spec, createNodeHost(), () => undefined)).rejects.toMatchObject({
      code: "E_SERVICE",
      hint: "install atk again",
    });
  });

  it("refuses a machine without process groups", async () => {
    const { spec } = createWorld("");
    const host = createNodeHost({ platform: "windows" });
    await expect(processDriver.start(spec, host, () => undefined)).rejects.toMatchObject({ code: "E_SERVICE" });
  });
});
