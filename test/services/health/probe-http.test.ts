import { describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { probe } from "../../../src/services/health/probe.ts";
import { closedPort, listenHttp, listenTcp } from "./servers.ts";

const host = createNodeHost();
const ask = (url: string, more: { expect?: readonly number[]; timeoutMs?: number; signal?: AbortSignal } = {}) => {
  const { expect: codes, ...options } = more;
  return probe({ kind: "http", url, ...(codes === undefined ? {} : { expect: codes }) }, { host, ...options });
};
const answering = (status: number, headers: Record<string, string> = {}) =>
  listenHttp((_request, response) => void response.writeHead(status, headers).end("hello"));

describe("an HTTP probe is well", () => {
  it.each([200, 204, 304])("when a named path is answered with %i", async (status) => {
    expect(await ask(`${await answering(status)}/health`)).toEqual({ ok: true });
  });

  it.each([404, 401])(
    "when a bare address is answered at all (%i): who gives no path knows of no place that tells",
    async (status) => {
      const url = await answering(status);
      expect(await ask(url)).toEqual({ ok: true });
      expect(await ask(`${url}/`)).toEqual({ ok: true });
    },
  );

  it("when the status is one that was asked for", async () => {
    expect(await ask(`${await answering(418)}/tea`, { expect: [200, 418] })).toEqual({ ok: true });
  });

  it("when localhost means only ::1, or only 127.0.0.1", async () => {
    for (const address of ["127.0.0.1", "::1"]) {
      const url = await listenHttp((_request, response) => void response.end(), address);
      expect(await ask(`http://localhost:${new URL(url).port}/health`)).toEqual({ ok: true });
    }
  });

  it("when a redirect on the same origin ends well", async () => {
    const url = await listenHttp((request, response) => {
      if (request.url === "/health/") response.end("well");
      else response.writeHead(307, { location: "/health/" }).end();
    });
    expect(await ask(`${url}/health`)).toEqual({ ok: true });
  });

  it("when it redirects to another host, which is not asked", async () => {
    let asked = 0;
    const other = await listenHttp((_request, response) => void response.end(String((asked += 1))));
    expect(await ask(`${await answering(302, { location: other })}/health`)).toEqual({ ok: true });
    expect(asked).toBe(0);
  });

  it("when the body has megabytes, which are not read", async () => {
    let writtenBytes = 0;
    const url = await listenHttp((_request, response) => {
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) writtenBytes += chunk.length;
      };
      response.on("drain", more);
      more();
    });
    expect(await ask(`${url}/health`)).toEqual({ ok: true });
    expect(writtenBytes).toBeLessThan(50_000_000);
  });

  it("when the body drips for ever: the status was said", async () => {
    const url = await listenHttp((_request, response) => {
      const timer = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(timer));
    });
    expect(await ask(`${url}/health`)).toEqual({ ok: true });
  });

  it("with a user and a password from the address", async () => {
    const url = await listenHttp((request, response) => {
      const known = `Basic ${Buffer.from("mia:s3cret").toString("base64")}`;
      if (request.url === "/health") response.writeHead(302, { location: "/well" }).end();
      else response.writeHead(request.headers.authorization === known ? 200 : 401).end();
    });
    expect(await ask(`${url.replace("//", "//mia:s3cret@")}/health`)).toEqual({ ok: true });
  });
});

describe("an HTTP probe fails in plain words", () => {
  it.each([400, 404, 500, 503])("when a named path is answered with %i", async (status) => {
    const url = await answering(status);
    const detail = `${new URL(url).host} answered with status ${status}`;
    expect(await ask(`${url}/health`)).toEqual({ ok: false, why: "unwell", detail });
  });

  it("when a bare address is answered with 502", async () => {
    expect(await ask(await answering(502))).toMatchObject({
      why: "unwell",
      detail: expect.stringContaining("status 502"),
    });
  });

  it("when the status is not one that was asked for, a redirect too", async () => {
    const url = await answering(200);
    expect(await ask(`${url}/health`, { expect: [204] })).toMatchObject({ ok: false, why: "unwell" });
    const away = await answering(302, { location: "http://example.com/" });
    expect(await ask(`${away}/health`, { expect: [200] })).toMatchObject({
      detail: expect.stringContaining("(a redirect)"),
    });
  });

  it("when nothing listens", async () => {
    const port = await closedPort();
    const detail = `nothing listens on localhost:${port}`;
    expect(await ask(`http://localhost:${port}/health`)).toEqual({ ok: false, why: "down", detail });
    expect(await ask(`http://[::1]:${port}/health`)).toMatchObject({ ok: false, why: "down" });
  });

  it("when the connection is accepted and nothing is answered", async () => {
    const port = await listenTcp();
    const detail = `127.0.0.1:${port} accepted the connection and did not answer within 0.2 s`;
    expect(await ask(`http://127.0.0.1:${port}/`, { timeoutMs: 200 })).toEqual({ ok: false, why: "unwell", detail });
  });

  it("when headers drip for ever", async () => {
    const port = await listenTcp((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nx: ");
      const timer = setInterval(() => socket.write("y"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    const outcome = await ask(`http://127.0.0.1:${port}/`, { timeoutMs: 300 });
    expect(outcome).toMatchObject({ ok: false, why: "unwell", detail: expect.stringContaining("within 0.3 s") });
  });

  it("when headers have megabytes", async () => {
    const port = await listenTcp((socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(2_000_000)}`));
    expect(await ask(`http://127.0.0.1:${port}/`)).toMatchObject({
      detail: expect.stringContaining("headers without end"),
    });
  });

  it("when it is no HTTP that is spoken", async () => {
    const port = await listenTcp((socket) => socket.end("220 mail.example.com ESMTP\r\n"));
    expect(await ask(`http://127.0.0.1:${port}/`)).toMatchObject({ detail: `127.0.0.1:${port} does not speak HTTP` });
  });

  it("when the connection is closed at once", async () => {
    const port = await listenTcp((socket) => socket.destroy());
    const detail = `127.0.0.1:${port} closed the connection without an answer`;
    expect(await ask(`http://127.0.0.1:${port}/`)).toEqual({ ok: false, why: "unwell", detail });
  });

  it("when it redirects in a ring", async () => {
    const url = await answering(302, { location: "/again" });
    expect(await ask(`${url}/health`)).toMatchObject({ detail: `${new URL(url).host} redirects without end` });
  });

  it("when TLS is expected of a server without it", async () => {
    const url = (await answering(200)).replace("http:", "https:");
    const detail = `${new URL(url).host} does not speak TLS`;
    expect(await ask(`${url}/health`)).toEqual({ ok: false, why: "unwell", detail });
  });

  it("when the name has no address", async () => {
    const detail = "no address is known for no-such-name.invalid:8787";
    expect(await ask("http://no-such-name.invalid:8787/")).toEqual({ ok: false, why: "unclear", detail });
  });

  it.each(["file:///etc/passwd", "localhost 8787", "ftp://localhost/"])(
    "when %s is no address of HTTP",
    async (url) => {
      expect(await ask(url)).toEqual({
        ok: false,
        why: "unclear",
        detail: "the health address is not an http or https address",
      });
    },
  );

  it("when the caller stops it, before or while it waits", async () => {
    const stop = new AbortController();
    const port = await listenTcp(() => stop.abort());
    const stopped = { ok: false, why: "aborted", detail: "stopped before there was an answer" };
    expect(await ask(`http://127.0.0.1:${port}/`, { signal: stop.signal })).toEqual(stopped);
    expect(await ask(`http://127.0.0.1:${port}/`, { signal: AbortSignal.abort() })).toEqual(stopped);
  });

  it("and never with what the address holds besides host and port", async () => {
    const url = (await answering(503)).replace("//", "//mia:s3cret@");
    const failures = [await ask(`${url}/t0ken/health?key=s3cret`), await ask(`http://mia:s3cret@no.invalid/t0ken`)];
    for (const failure of failures) expect(JSON.stringify(failure)).not.toMatch(/mia|s3cret|t0ken/);
  });
});
