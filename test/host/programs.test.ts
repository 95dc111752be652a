import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createMemoryHost } from "../../src/host/memory-host.ts";
import { createNodeHost } from "../../src/host/node-host.ts";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "atk-programs-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const { programs } = createNodeHost();
const script = (text: string) => ({ command: process.execPath, args: ["-e", text] });

describe("run", () => {
  it("gives exit code, output and error output as they were written", async () => {
    const result = await programs.run(script("console.log('out'); console.error('err'); process.exitCode = 3"));
    expect(result).toEqual({ exitCode: 3, stdout: "out\n", stderr: "err\n", timedOut: false });
  });

  it("hands every argument over as it is, whatever a shell would make of it", async () => {
    const args = ["a b", "$HOME", "`id`", "*", ";exit 7", "q\"uo'te", "", "é"];
    const result = await programs.run({
      command: process.execPath,
      args: ["-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...args],
    });
    expect(JSON.parse(result.stdout)).toEqual(args);
  });

  it("adds to the machine's environment, and takes away what is undefined", async () => {
    const host = createNodeHost({ env: { PATH: process.env["PATH"], KEPT: "1", GONE: "1" } });
    const request = {
      ...script("console.log(JSON.stringify(process.env))"),
      env: { ADDED: "2", GONE: undefined },
    };
    const env = JSON.parse((await host.programs.run(request)).stdout) as Record<string, string>;
    expect(env).toMatchObject({ KEPT: "1", ADDED: "2" });
    expect(env).not.toHaveProperty("GONE");
    expect(env).not.toHaveProperty("HOME");
  });

  it("gives the input, and an end of input when there is none", async () => {
    const echo = script("process.stdin.pipe(process.stdout)");
    expect((await programs.run({ ...echo, input: "hello" })).stdout).toBe("hello");
    expect((await programs.run(echo)).stdout).toBe("");
  });

  it("survives a program that does not read its input", async () => {
    expect((await programs.run({ ...script("process.exit(0)"), input: "x".repeat(1_000_000) })).exitCode).toBe(0);
  });

  it("runs in the directory of the request", async () => {
    expect((await programs.run({ ...script("console.log(process.cwd())"), cwd: scratch })).stdout.trim()).toBe(scratch);
  });

  it("refuses a directory that does not exist, instead of calling the program missing", async () => {
    const refused = { code: "E_COMMAND", message: expect.stringContaining(join(scratch, "none")) };
    await expect(programs.run({ ...script(""), cwd: join(scratch, "none") })).rejects.toMatchObject(refused);
  });

  it("hands output on as it comes and keeps the end of it", async () => {
    const chunks: [string, string][] = [];
    const text = "for (let i = 0; i < 2000; i += 1) console.log('line ' + i); console.error('é')";
    const result = await programs.run({ ...script(text), keepBytes: 10, onOutput: (...chunk) => chunks.push(chunk) });
    expect(result).toEqual({ exitCode: 0, stdout: "line 1999\n", stderr: "é\n", timedOut: false });
    const all = chunks.filter(([, stream]) => stream === "stdout").map(([chunk]) => chunk);
    expect(all.join("").split("\n")).toHaveLength(2001);
  });

  it("ends a program when the signal says so", async () => {
    const control = new AbortController();
    const request = { ...script("console.log('up'); setInterval(() => {}, 1000)"), signal: control.signal };
    const result = await programs.run({ ...request, onOutput: () => control.abort() });
    expect(result).toMatchObject({ exitCode: 143, stdout: "up\n" });
  });

  it("gives 127 for a program that is not there, 126 for one that cannot be run", async () => {
    expect(await programs.run({ command: "atk-no-such-program" })).toEqual({
      exitCode: 127,
      stdout: "",
      stderr: "atk-no-such-program: command not found\n",
      timedOut: false,
    });
    writeFileSync(join(scratch, "text-file"), "text");
    expect((await programs.run({ command: join(scratch, "text-file") })).exitCode).toBe(126);
  });

  it("gives 128 and the signal's number for a program that was killed", async () => {
    expect((await programs.run(script("process.kill(process.pid, 'SIGKILL')"))).exitCode).toBe(137);
  });

  it("kills what takes too long, also when it ignores SIGTERM", async () => {
    const polite = await programs.run({ ...script("setTimeout(() => {}, 60000)"), timeoutMs: 300 });
    expect(polite).toMatchObject({ timedOut: true, exitCode: 143 });
    const stubborn = await programs.run({
      ...script("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"),
      timeoutMs: 500,
    });
    expect(stubborn).toMatchObject({ timedOut: true, exitCode: 137 });
  });

  it("does not wait for what a timed-out program left running with its output", async () => {
    const result = await programs.run({
      command: "sh",
      args: ["-c", "echo begun; sleep 50 & wait"],
      timeoutMs: 500,
    });
    expect(result).toMatchObject({ timedOut: true, stdout: "begun\n" });
  });

  it("nor for what a program left running that ended in time", async () => {
    const result = await programs.run({ command: "sh", args: ["-c", "sleep 50 & echo done"], timeoutMs: 500 });
    expect(result).toMatchObject({ timedOut: true, stdout: "done\n" });
  });

  it("nor for what a program left running that was ended by the signal", async () => {
    const control = new AbortController();
    const request = { command: "sh", args: ["-c", "yes & wait"], signal: control.signal, keepBytes: 2 };
    const result = await programs.run({ ...request, onOutput: () => control.abort() });
    expect(result).toMatchObject({ exitCode: 143, stdout: "y\n" });
  });
});

describe("find", () => {
  const makeProgram = (path: string, mode = 0o755): string => {
    mkdirSync(join(scratch, path, ".."), { recursive: true });
    writeFileSync(join(scratch, path), "#!/bin/sh\n");
    chmodSync(join(scratch, path), mode);
    return join(scratch, path);
  };
  const find = (program: string, ...path: readonly string[]) =>
    createNodeHost({ workingDirectory: scratch, env: { PATH: path.join(delimiter) } }).programs.find(program);

  it("takes the first on PATH that is a file and may be run", async () => {
    mkdirSync(join(scratch, "dirs/tool"), { recursive: true });
    makeProgram("plain/tool", 0o644);
    const wanted = makeProgram("good/tool");
    makeProgram("later/tool");
    const path = ["none", "dirs", "plain", "good", "later"].map((name) => join(scratch, name));
    expect(await find("tool", ...path)).toBe(wanted);
  });

  it("gives undefined for what is nowhere on PATH, and for no name", async () => {
    expect(await find("tool-that-is-not", join(scratch, "good"))).toBeUndefined();
    expect(await find("", join(scratch, "good"))).toBeUndefined();
  });

  it("takes a path as it is, relative ones from the working directory, and never looks on PATH for it", async () => {
    const wanted = makeProgram("good/sub/tool2");
    expect(await find(wanted)).toBe(wanted);
    expect(await find("./good/sub/tool2")).toBe(wanted);
    expect(await find("sub/tool2", join(scratch, "good"))).toBeUndefined();
  });

  it("finds through links", async () => {
    const wanted = makeProgram("good/real");
    symlinkSync(wanted, join(scratch, "good/alias"));
    expect(await find("alias", join(scratch, "good"))).toBe(join(scratch, "good/alias"));
  });

  it("tries the endings of PATHEXT on Windows, whose variables have no case", async () => {
    makeProgram("win/npx.CMD");
    makeProgram("win/node.EXE");
    const env = { Path: join(scratch, "win"), PathExt: ".EXE;.CMD" };
    const windows = createNodeHost({ platform: "windows", workingDirectory: scratch, env }).programs;
    expect(await windows.find("npx")).toBe(join(scratch, "win/npx.CMD"));
    expect(await windows.find("node.EXE")).toBe(join(scratch, "win/node.EXE"));
    expect(await windows.find("npm")).toBeUndefined();
  });
});

describe("the memory host", () => {
  it("runs functions as programs and knows no others", async () => {
    const host = createMemoryHost({
      programs: { git: ({ args }) => ({ stdout: `git ${args?.join(" ")}` }) },
    });
    expect(await host.programs.find("git")).toBe("/usr/bin/git");
    expect(await host.programs.run({ command: "git", args: ["status"] })).toEqual({
      exitCode: 0,
      stdout: "git status",
      stderr: "",
      timedOut: false,
    });
    expect(await host.programs.find("npx")).toBeUndefined();
    expect((await host.programs.run({ command: "npx" })).exitCode).toBe(127);
  });
});

describe("the node host", () => {
  it("knows the machine it runs on, and lets single facts be replaced", () => {
    const { machine } = createNodeHost({ homeDirectory: "/scratch/home", env: { ONLY: "this" } });
    expect(machine.homeDirectory).toBe("/scratch/home");
    expect(machine.env).toEqual({ ONLY: "this" });
    expect(machine.workingDirectory).toBe(process.cwd());
    expect(["linux", "macos", "windows"]).toContain(machine.platform);
  });
});
