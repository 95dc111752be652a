import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunResult } from "../../../src/core/host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { isolate } from "../../../src/services/isolation/isolate.ts";
import { machineIsolation } from "../../../src/services/isolation/machine-isolation.ts";
import { prepareSandbox } from "../../../src/services/isolation/prepare-sandbox.ts";
import { createScratch, SANDBOX, type Scratch } from "./scratch.ts";

const host = createNodeHost();
const DISK = import.meta.dirname;
const machine = await machineIsolation(host);

let scratch: Scratch;
/** A place that is neither in the home nor in /tmp, as a home of atk on another disk is. */
let disk: string;
beforeEach(() => {
  scratch = createScratch();
  disk = realpathSync(mkdtempSync(join(DISK, ".scratch-")));
});
afterEach(() => {
  scratch.remove();
  rmSync(disk, { recursive: true, force: true });
});

async function run(line: string, plugin: string, secret: readonly string[], who = scratch.host): Promise<RunResult> {
  const command = { command: "/bin/sh", args: ["-c", line], cwd: plugin, env: who.machine.env };
  const sandbox = await prepareSandbox(command, SANDBOX, { plugin, secret, keptHome: join(disk, "kept") }, who);
  return who.programs.run(isolate(command, SANDBOX, { machine, sandbox, manner: "script" }));
}

describe.skipIf(machine.filesystem !== "bubblewrap")("what a plugin in the sandbox never sees", () => {
  it("is the rest of a home of atk that lies outside of the user's home", async () => {
    cpSync(join(scratch.home, ".atk"), join(disk, "atk"), { recursive: true });
    const plugin = join(disk, "atk/plugins/piper");
    const result = await run(`cat .env; find ${disk} -type f`, plugin, [join(disk, "atk")]);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout.split("\n").sort()).toEqual(["", `${plugin}/.env`, `${plugin}/plugin.yaml`, "OWN=1"].sort());
  });

  it("is the identity file, wherever it is", async () => {
    const identity = join(disk, "identity.txt");
    writeFileSync(identity, "AGE-SECRET-KEY-1");
    expect((await run(`cat ${identity}`, scratch.plugin, [identity])).stdout).toBe("");
  });

  it("is a secret place below a folder that is shown for its programs", async () => {
    const state = join(scratch.home, ".local/share/mise/atk");
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, "machine.key"), "the key");
    expect((await run(`find ${scratch.home}/.local -type f`, scratch.plugin, [state])).stdout).toBe("");
  });

  it("is a home behind a link", async () => {
    const link = join(disk, "mia");
    symlinkSync(scratch.home, link);
    const who = createNodeHost({ homeDirectory: link, env: { HOME: link, PATH: process.env["PATH"] } });
    const plugin = join(link, ".atk/plugins/piper");
    const result = await run(`cat ~/.ssh/id_ed25519 ${scratch.home}/.ssh/id_ed25519; cat .env`, plugin, [], who);
    expect(result.stdout).toBe("OWN=1\n");
  });

  it("is the home, although a folder of PATH leads to it or to what is above it", async () => {
    symlinkSync(scratch.home, join(scratch.home, "bin"));
    const path = [join(scratch.home, "bin"), scratch.home, scratch.root, process.env["PATH"]].join(":");
    const who = createNodeHost({ homeDirectory: scratch.home, env: { HOME: scratch.home, PATH: path } });
    const result = await run(`find ${scratch.root}/ -name 'id_*'`, scratch.plugin, [], who);
    expect(result).toMatchObject({ stdout: "", stderr: "" });
  });

  it("is a folder that the plugin itself puts on PATH", async () => {
    const path = `${join(scratch.home, ".ssh")}:${process.env["PATH"]}`;
    const command = { command: "/bin/sh", args: ["-c", "cat ~/.ssh/id_ed25519"], cwd: scratch.plugin };
    const env = { ...scratch.host.machine.env, PATH: path };
    const request = { plugin: scratch.plugin, secret: [], keptHome: join(disk, "kept") };
    const sandbox = await prepareSandbox({ ...command, env }, SANDBOX, request, scratch.host);
    const line = isolate({ ...command, env }, SANDBOX, { machine, sandbox, manner: "script" });
    expect((await scratch.host.programs.run(line)).stdout).toBe("");
  });

  it("are places that do not exist", async () => {
    expect((await run("echo fine", scratch.plugin, [join(disk, "none")])).stdout).toBe("fine\n");
  });
});

describe.skipIf(machine.filesystem !== "bubblewrap")("what a plugin in the sandbox can use", () => {
  it("is npx, with nothing of the home", async () => {
    expect((await run("npx --version", scratch.plugin, [])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("is a folder of PATH that is a link into the home, as fnm makes one for each terminal", async () => {
    const installed = join(scratch.home, ".local/share/fnm/node-versions/v22/installation");
    mkdirSync(join(installed, "bin"), { recursive: true });
    mkdirSync(join(installed, "lib/node_modules"), { recursive: true });
    writeFileSync(join(installed, "bin/demo"), "#!/bin/sh\necho demo\n", { mode: 0o755 });
    const shell = join(scratch.root, "fnm_multishells_1");
    symlinkSync(installed, shell);
    const env = { HOME: scratch.home, PATH: `${join(shell, "bin")}:${process.env["PATH"]}` };
    const who = createNodeHost({ homeDirectory: scratch.home, env });
    expect(await run("demo", scratch.plugin, [], who)).toMatchObject({ stdout: "demo\n", stderr: "" });
  });
});
