import { describe, expect, it } from "vitest";
import { createMemoryHost } from "../../../src/host/memory-host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { candidatePorts } from "../../../src/services/ports/candidate-ports.ts";
import { ephemeralRange, freePort } from "../../../src/services/ports/free-port.ts";
import { listenOn, quietPort } from "./listeners.ts";

const everyPort = { isFree: async () => true };
const none = new Set<number>();

describe("a free port in place of another", () => {
  it("is the next one above that is not spoken for", async () => {
    expect(await freePort(8787, none, everyPort)).toBe(8788);
    expect(await freePort(8787, new Set([8788, 8789]), everyPort)).toBe(8790);
    expect(await freePort(8787, none, { isFree: async (port) => port > 8800 })).toBe(8801);
  });

  it("is one on which really nobody listens", async () => {
    const port = await quietPort();
    await listenOn("::1", { port: port + 1 });
    expect(await freePort(port, none)).toBeGreaterThan(port + 1);
  });

  it("is not one that outgoing connections may get, while there is another", async () => {
    expect(await freePort(32_767, none, everyPort)).toBe(61_000);
    expect(await freePort(40_000, none, { ...everyPort, ephemeral: [32_768, 65_535] })).toBe(1024);
    expect(await freePort(40_000, none, { ...everyPort, ephemeral: [1024, 65_535] })).toBe(40_001);
  });

  it("goes round at the end, and never below 1024", async () => {
    expect(await freePort(65_535, none, everyPort)).toBe(1024);
    expect(await freePort(80, none, everyPort)).toBe(1024);
  });

  it("is refused when there is none", async () => {
    await expect(freePort(8787, none, { isFree: async () => false })).rejects.toMatchObject({ code: "E_PORT" });
  });
});

describe("the candidates", () => {
  it.each([1, 80, 1024, 8787, 33_000, 65_535])(
    "for %i are all ports once, but those that no client connects to",
    (from) => {
      const all = [...candidatePorts(from, [32_768, 60_999])];
      expect(new Set(all).size).toBe(all.length);
      expect(all.length).toBe(65_535 - 1023 - 19 - (from >= 1024 ? 1 : 0));
      expect(all).not.toContain(from);
      expect(Math.min(...all)).toBeGreaterThanOrEqual(1024);
    },
  );

  it("leave out what fetch really refuses", async () => {
    const all = new Set(candidatePorts(1, [32_768, 60_999]));
    const leftOut = Array.from({ length: 64_512 }, (_, index) => index + 1024).filter((port) => !all.has(port));
    for (const port of leftOut) {
      const cause = await fetch(`http://127.0.0.1:${port}/`).catch((error: Error) => error.cause as Error);
      expect(`${port} ${cause instanceof Error ? cause.message : "no"}`).toBe(`${port} bad port`);
    }
  });
});

describe("the range of outgoing connections", () => {
  it.runIf(process.platform === "linux")("is read from the kernel", async () => {
    const [first, last] = await ephemeralRange(createNodeHost());
    expect(first).toBeLessThan(last);
  });

  it("is a usual one where it is not told", async () => {
    const path = "/proc/sys/net/ipv4/ip_local_port_range";
    expect(await ephemeralRange(createMemoryHost({ files: { [path]: "40000\t50000\n" } }))).toEqual([40_000, 50_000]);
    expect(await ephemeralRange(createMemoryHost({ files: { [path]: "?" } }))).toEqual([32_768, 60_999]);
    expect(await ephemeralRange(createMemoryHost())).toEqual([32_768, 60_999]);
    expect(await ephemeralRange(createMemoryHost({ machine: { platform: "macos" } }))).toEqual([49_152, 65_535]);
  });
});
