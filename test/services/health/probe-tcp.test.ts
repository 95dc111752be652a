import { describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { isOwnEcho } from "../../../src/services/health/probe-tcp.ts";
import { probe } from "../../../src/services/health/probe.ts";
import { closedPort, listenTcp } from "./servers.ts";

const host = createNodeHost();

describe("a TCP probe", () => {
  it.each(["127.0.0.1", "::1", "0.0.0.0"])("is well when something listens on %s", async (address) => {
    expect(await probe({ kind: "tcp", port: await listenTcp(undefined, address) }, { host })).toEqual({ ok: true });
  });

  it("tells when nothing listens", async () => {
    const port = await closedPort();
    const detail = `nothing listens on localhost:${port}`;
    expect(await probe({ kind: "tcp", port }, { host })).toEqual({ ok: false, why: "down", detail });
  });

  it("looks only at the address it was given", async () => {
    const port = await listenTcp(undefined, "127.0.0.1");
    expect(await probe({ kind: "tcp", port, host: "::1" }, { host })).toMatchObject({
      why: "down",
      detail: `nothing listens on [::1]:${port}`,
    });
  });

  it("tells when the name has no address, and when there is no such port", async () => {
    expect(await probe({ kind: "tcp", port: 80, host: "no-such-name.invalid" }, { host })).toMatchObject({
      why: "unclear",
      detail: "no address is known for no-such-name.invalid:80",
    });
    expect(await probe({ kind: "tcp", port: 70_000 }, { host })).toMatchObject({ ok: false, why: "unclear" });
  });

  it("does not repeat what is no name", async () => {
    const detail = "the host to connect to is not a name or an address";
    const outcome = await probe({ kind: "tcp", port: 80, host: "\u001b[31m s3cret" }, { host });
    expect(outcome).toEqual({ ok: false, why: "unclear", detail });
  });

  it("closes its connection", async () => {
    let closed: (value: unknown) => void;
    const isClosed = new Promise((done) => (closed = done));
    const port = await listenTcp((socket) => void socket.resume().on("close", () => closed(true)));
    await probe({ kind: "tcp", port }, { host });
    expect(await isClosed).toBe(true);
  });

  it("is not fooled by a connection that met itself", () => {
    expect(isOwnEcho({ localPort: 40_000, remotePort: 40_000 })).toBe(true);
    expect(isOwnEcho({ localPort: 40_001, remotePort: 40_000 })).toBe(false);
    expect(isOwnEcho({})).toBe(false);
  });
});
