import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunResult } from "../../../src/core/host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { machineIsolation } from "../../../src/services/isolation/machine-isolation.ts";
import { createScratch, isolated, type Scratch } from "./scratch.ts";

const machine = await machineIsolation(createNodeHost());
const files = machine.shortcomings.find(({ about }) => about === "files")?.message ?? "";
const works = machine.filesystem === "bubblewrap";

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

async function run(
  ...[what, wish]: [Parameters<typeof isolated>[0], Parameters<typeof isolated>[2]?]
): Promise<RunResult> {
  return scratch.host.programs.run(await isolated(what, scratch, wish));
}

describe.skipIf(!works)(`a script in the sandbox${works ? "" : ` (not here: ${files})`}`, () => {
  it("writes in the plugin's folder", async () => {
    expect(await run("echo hello > made.txt")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(join(scratch.plugin, "made.txt"), "utf8")).toBe("hello\n");
  });

  it("writes nowhere else", async () => {
    const outside = ["/etc", "/usr", "/var", "/dev/shm", dirname(scratch.root)].map((at) => join(at, "atk-was-here"));
    await run(outside.map((path) => `echo hello > ${path}`).join("; "));
    expect(outside.filter((path) => existsSync(path))).toEqual([]);
    expect((await run("echo hello > /etc/atk-was-here")).exitCode).not.toBe(0);
  });

  it("sees nothing of the home but its own folder", async () => {
    const { stdout } = await run(`cd ${scratch.home} && find . -type f`);
    expect(stdout.trim().split("\n").sort()).toEqual(["./.atk/plugins/piper/.env", "./.atk/plugins/piper/plugin.yaml"]);
  });

  it("may write in its home and in /tmp, and nothing of that stays", async () => {
    const script = `echo 1 > ~/.cache-file && echo 2 > /tmp/atk-scratch-file && cat ~/.cache-file /tmp/atk-scratch-file`;
    expect(await run(script)).toMatchObject({ exitCode: 0, stdout: "1\n2\n" });
    expect(existsSync(join(scratch.home, ".cache-file"))).toBe(false);
    expect(existsSync("/tmp/atk-scratch-file")).toBe(false);
  });

  it("keeps a home of its own when it asks for one", async () => {
    await run("echo downloaded > ~/.npm-cache-file", { write: ["@home"] });
    expect((await run("cat ~/.npm-cache-file", { write: ["@home"] })).stdout).toBe("downloaded\n");
    expect(existsSync(join(scratch.home, ".npm-cache-file"))).toBe(false);
    expect((await run("cat ~/.ssh/id_ed25519", { write: ["@home"] })).exitCode).not.toBe(0);
  });

  it("writes only in the folders it named, which are made for it", async () => {
    expect(await run("echo 1 > data/kept.txt", { write: ["data"] })).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(join(scratch.plugin, "data/kept.txt"), "utf8")).toBe("1\n");
    expect((await run("echo 1 > plugin.yaml", { write: ["data"] })).exitCode).not.toBe(0);
  });

  it.each(["../github", "/etc", "new/../../github", "link"])("refuses to write in '%s'", async (path) => {
    symlinkSync(join(scratch.home, ".ssh"), join(scratch.plugin, "link"));
    const refused = { code: "E_SERVICE", message: expect.stringContaining(`'${path}'`) };
    await expect(run("true", { write: [path] })).rejects.toMatchObject(refused);
  });

  it("cannot change what the user overrides, neither when it is there nor when it is not", async () => {
    expect((await run("mkdir -p custom && echo level: none > custom/overrides.yaml")).exitCode).not.toBe(0);
    mkdirSync(join(scratch.plugin, "custom"), { recursive: true });
    writeFileSync(join(scratch.plugin, "custom/overrides.yaml"), "mine");
    expect((await run("echo level: none > custom/overrides.yaml || rm -r custom")).exitCode).not.toBe(0);
    expect(readFileSync(join(scratch.plugin, "custom/overrides.yaml"), "utf8")).toBe("mine");
  });

  it("gets its environment, and none of it stands in the command line", async () => {
    const line = await isolated("echo $OPENAI_API_KEY", scratch);
    expect((await scratch.host.programs.run(line)).stdout).toBe("sk-1\n");
    expect([line.command, ...line.args].join(" ")).not.toContain("sk-1");
  });

  it("sees only its own processes", async () => {
    const { stdout } = await run("ls /proc | grep -c '^[0-9]'");
    expect(Number(stdout)).toBeLessThan(8);
    expect((await run(`kill -0 ${process.pid}`)).exitCode).not.toBe(0);
  });

  it("cannot undo its walls, even when it is root", async () => {
    expect((await run(`umount ${scratch.home} || mount -o remount,rw / || mknod ~/disk b 8 0`)).exitCode).not.toBe(0);
  });

  it("reads its input and writes its output byte for byte", async () => {
    const input = `${"line é\r\n".repeat(20_000)}no end of line`;
    expect((await scratch.host.programs.run({ ...(await isolated("cat", scratch)), input })).stdout).toBe(input);
  });

  it.each([0, 3, 77])("ends with its own exit code %i", async (code) => {
    expect((await run(`exit ${code}`)).exitCode).toBe(code);
  });

  it("tells by the exit code which signal ended it", async () => {
    expect((await run("kill -TERM $$")).exitCode).toBe(143);
  });

  it("reaches this machine's servers, unless it has no network", async () => {
    const server = createServer((_request, response) => response.end("hello")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const ask = `fetch("http://127.0.0.1:${port}").then((r) => r.text()).then(console.log)`;
    const words = { command: "node", args: ["-e", ask] };
    expect((await run(words)).stdout).toBe("hello\n");
    if (machine.network === "bubblewrap") expect((await run(words, { network: "deny" })).exitCode).not.toBe(0);
    server.close();
  });

  it("starts a program that is installed below the home", async () => {
    const node = join(scratch.home, ".nvm/versions/node/v22.0.0");
    mkdirSync(join(node, "bin"), { recursive: true });
    mkdirSync(join(node, "lib/node_modules/npm"), { recursive: true });
    writeFileSync(join(node, "lib/node_modules/npm/npx.sh"), "#!/bin/sh\necho npx of nvm\n", { mode: 0o755 });
    symlinkSync("../lib/node_modules/npm/npx.sh", join(node, "bin/npx"));
    const host = createNodeHost({
      homeDirectory: scratch.home,
      env: { HOME: scratch.home, PATH: `${join(node, "bin")}:${process.env["PATH"]}` },
    });
    const line = await isolated({ command: "npx", args: [] }, { ...scratch, host });
    expect(await host.programs.run(line)).toMatchObject({ stdout: "npx of nvm\n", stderr: "" });
  });
});
