import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { createServer, connect } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { portState } from "../../../src/services/ports/port-state.ts";
import { listenOn, quietPort, startListener } from "./listeners.ts";

const hasPython = process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;
const python = (text: string) => startListener("python3", ["-u", "-c", text]);

describe("a port is taken", () => {
  it.each(["127.0.0.1", "0.0.0.0", "::1", "::", "127.0.0.2"])("when somebody listens on %s", async (address) => {
    expect(await portState(await listenOn(address))).toBe("taken");
  });

  it("when somebody listens on version 6 alone", async () => {
    expect(await portState(await listenOn("::", { ipv6Only: true }))).toBe("taken");
  });

  it.runIf(hasPython)("when somebody listens who would share it", async () => {
    const { port } = await python(
      "import socket,time; s=socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1); s.bind(('127.0.0.1', 0)); s.listen(); print(s.getsockname()[1]); time.sleep(600)",
    );
    expect(await portState(port)).toBe("taken");
  });

  it.runIf(hasPython)("when somebody listens who does not accept any more", async () => {
    const { port } = await python(
      "import socket,time; s=socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(0); c=[socket.socket() for _ in range(3)]; [x.setblocking(False) or x.connect_ex(s.getsockname()) for x in c]; print(s.getsockname()[1]); time.sleep(600)",
    );
    expect(await portState(port)).toBe("taken");
  });
});

describe("a port is free", () => {
  it("when nobody listens, for two that ask at the same time and for one who asks again", async () => {
    const port = await quietPort();
    expect(await Promise.all([portState(port), portState(port)])).toEqual(["free", "free"]);
    expect(await portState(port)).toBe("free");
  });

  it("as soon as it was asked for: the one who asked can listen at once", async () => {
    const port = await quietPort();
    for (const address of ["127.0.0.1", "0.0.0.0", "::1", "::"]) {
      expect(await portState(port)).toBe("free");
      const server = createServer();
      await new Promise<void>((done, failed) => server.once("error", failed).listen(port, address, done));
      expect(await portState(port)).toBe("taken");
      await new Promise((done) => server.close(done));
    }
  });

  it("again when a server that had connections has ended", async () => {
    const port = await quietPort();
    const server = createServer((socket) => socket.end("bye"));
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    const client = connect(port, "127.0.0.1");
    client.resume();
    await once(client, "close");
    await new Promise((done) => server.close(done));
    expect(await portState(port)).toBe("free");
  });

  it("for a hundred that are asked together", async () => {
    const first = await quietPort();
    const ports = Array.from({ length: 100 }, (_, index) => first + index);
    const states = await Promise.all(ports.map((port) => portState(port)));
    expect(states.filter((state) => state === "free").length).toBeGreaterThan(90);
  });
});

describe("a port of UDP", () => {
  it.each([
    ["udp4", "127.0.0.1"],
    ["udp4", "0.0.0.0"],
    ["udp6", "::1"],
    ["udp6", "::"],
  ] as const)("is taken when somebody receives on it (%s %s), and free for TCP", async (type, address) => {
    const port = await quietPort();
    expect(await portState(port, "udp")).toBe("free");
    const socket = createSocket(type);
    await new Promise<void>((done) => socket.bind(port, address, done));
    expect(await portState(port, "udp")).toBe("taken");
    expect(await portState(port, "tcp")).toBe("free");
    await new Promise<void>((done) => socket.close(done));
    expect(await portState(port, "udp")).toBe("free");
  });

  it("is free when only TCP has it", async () => {
    expect(await portState(await listenOn("::"), "udp")).toBe("free");
  });
});

describe.runIf(process.platform === "linux" && process.getuid?.() === 0)("a port below 1024 needs privileges", () => {
  it("when the user has none, and is taken all the same when somebody answers", async () => {
    const port = await listenOn("127.0.0.1", { port: 1019 });
    process.seteuid?.(65_534);
    try {
      expect(await portState(1018)).toBe("privileged");
      expect(await portState(port)).toBe("taken");
    } finally {
      process.seteuid?.(0);
    }
  });
});
