import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createMemoryHost } from "../../../src/host/memory-host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { holderOf, showHolder, shownName } from "../../../src/services/ports/port-holder.ts";
import { listenOn, quietPort, startListener } from "./listeners.ts";

const LISTENER =
  "const s = require('net').createServer().listen(0, process.argv[1], () => console.log(s.address().port))";
const host = createNodeHost();
const hasLsof = process.platform !== "win32" && spawnSync("lsof", ["-v"]).status === 0;

describe.runIf(process.platform === "linux")("who holds a port on Linux", () => {
  it.each(["127.0.0.1", "::1", "0.0.0.0", "::"])("is found among the processes of this user (%s)", async (address) => {
    const { port, pid } = await startListener(process.execPath, ["-e", LISTENER, "--", address, "--token=s3cret"]);
    const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    expect(await holderOf(port, host)).toEqual({ kind: "process", pid, name });
  });

  it("is this process itself when it listens", async () => {
    expect(await holderOf(await listenOn("127.0.0.1"), host)).toMatchObject({ kind: "process", pid: process.pid });
  });

  it("is nobody when nobody listens", async () => {
    expect(await holderOf(await quietPort(), host)).toBeUndefined();
  });

  it("is nobody when the port is only the other end of a connection", async () => {
    const { createServer, connect } = await import("node:net");
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const client = connect((server.address() as { port: number }).port, "127.0.0.1");
    await new Promise((done) => client.once("connect", done));
    expect(await holderOf(client.localPort ?? 0, host)).toBeUndefined();
    client.destroy();
    server.close();
  });

  it.runIf(process.getuid?.() === 0)("is another user whose processes cannot be looked into", async () => {
    const { port } = await startListener(process.execPath, ["-e", LISTENER, "--", "127.0.0.1"]);
    process.seteuid?.(65_534);
    try {
      expect(await holderOf(port, host)).toEqual({ kind: "hidden", uid: 0 });
    } finally {
      process.seteuid?.(0);
    }
  });
});

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 345678 1 0000000000000000 100 0 0 10 0
   1: 0100007F:2253 0100007F:A2C4 01 00000000:00000000 00:00000000 00000000  1000        0 345999 1 0000000000000000 20 4 30 10 -1
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1111 1 0000000000000000 100 0 0 10 0
`;

describe("the kernel's table", () => {
  it("gives the user when no process with the socket can be seen", async () => {
    const machine = createMemoryHost({ files: { "/proc/net/tcp": TABLE } });
    expect(await holderOf(0x2253, machine)).toEqual({ kind: "hidden", uid: 1000 });
    expect(await holderOf(22, machine)).toEqual({ kind: "hidden", uid: 0 });
    expect(await holderOf(23, machine)).toBeUndefined();
  });

  it("that is not there tells nothing", async () => {
    expect(await holderOf(22, createMemoryHost())).toBeUndefined();
  });

  it("gives the lowest of several processes that share the socket, with a name that moves no terminal", async () => {
    const comm = {
      "/proc/200/comm": "\u001b[31mgunicorn\n",
      "/proc/1000/comm": "worker\n",
      "/proc/30/comm": "other\n",
    };
    const machine = createMemoryHost({ files: { "/proc/net/tcp": TABLE, ...comm } });
    for (const [pid, link] of [
      [30, "socket:[1]"],
      [200, "socket:[345678]"],
      [1000, "socket:[345678]"],
    ] as const) {
      machine.fs.mkdirSync(`/proc/${pid}/fd`, { recursive: true });
      machine.fs.symlinkSync(link, `/proc/${pid}/fd/7`);
    }
    expect(await holderOf(0x2253, machine)).toEqual({ kind: "process", pid: 200, name: "[31mgunicorn" });
  });
});

describe("on other systems a program tells who holds a port", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "atk-holder-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const double = (name: string, text: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const on = (platform: "macos" | "windows") =>
    createNodeHost({ platform, env: { PATH: [folder, "/usr/bin", "/bin"].join(delimiter), PATHEXT: ";" } });

  it("on macOS: lsof", async () => {
    double(
      "lsof",
      `test "$*" = "-nP -iTCP:8787 -sTCP:LISTEN -Fpcn" && printf 'p4711\\ncnode\\nf23\\nn*:8787\\nf24\\nn[::1]:8787\\np4712\\ncnode\\nf23\\nn*:8787\\n'`,
    );
    expect(await holderOf(8787, on("macos"))).toEqual({ kind: "process", pid: 4711, name: "node" });
    double("lsof", "exit 1");
    expect(await holderOf(8787, on("macos"))).toBeUndefined();
  });

  it.runIf(hasLsof)("on macOS: with a real lsof", async () => {
    const { port, pid } = await startListener(process.execPath, ["-e", LISTENER, "--", "::1", "--token=s3cret"]);
    const real = createNodeHost({ platform: "macos" });
    expect(await holderOf(port, real)).toEqual({ kind: "process", pid, name: expect.stringMatching(/^[\w.\\ -]+$/) });
  });

  it("on macOS without lsof nobody does", async () => {
    const machine = createMemoryHost({ machine: { platform: "macos" } });
    expect(await holderOf(8787, machine)).toBeUndefined();
  });

  const NETSTAT = [
    "",
    "Aktive Verbindungen",
    "",
    "  Proto  Lokale Adresse         Remoteadresse          Status           PID",
    "  TCP    127.0.0.1:8787         127.0.0.1:51000        HERGESTELLT      1",
    "  TCP    0.0.0.0:18787          0.0.0.0:0              ABHÖREN          2",
    "  TCP    [::1]:8787             [::]:0                 ABHÖREN          4711",
    "  UDP    0.0.0.0:8787           *:*                                     3",
  ].join("\r\n");

  it("on Windows: netstat in any language, and tasklist for the name", async () => {
    const tasklist = { stdout: '\r\n"node.exe","4711","Console","1","30.000 K"\r\n' };
    const machine = createMemoryHost({
      machine: { platform: "windows" },
      programs: { netstat: () => ({ stdout: NETSTAT }), tasklist: () => tasklist },
    });
    expect(await holderOf(8787, machine)).toEqual({ kind: "process", pid: 4711, name: "node.exe" });
    expect(await holderOf(8788, machine)).toBeUndefined();
  });

  it("on Windows a process without a name is told by its number", async () => {
    const machine = createMemoryHost({
      machine: { platform: "windows" },
      programs: { netstat: () => ({ stdout: NETSTAT }), tasklist: () => ({ stdout: "INFORMATION: ..." }) },
    });
    expect(await holderOf(8787, machine)).toEqual({ kind: "process", pid: 4711, name: "a program" });
  });
});

describe("who holds a port is shown", () => {
  it("by name and number, or by user", () => {
    expect(showHolder({ kind: "process", pid: 4711, name: "node" })).toBe("node (process 4711)");
    expect(showHolder({ kind: "hidden", uid: 0 }, 1000)).toBe("a process of another user (uid 0)");
    expect(showHolder({ kind: "hidden", uid: 1000 }, 1000)).toBe("a process that cannot be seen from here");
  });

  it("without control characters, and not at any length", () => {
    expect(shownName("no\u001bde\u202e\n")).toBe("node");
    expect(shownName("x".repeat(500))).toHaveLength(64);
  });
});
