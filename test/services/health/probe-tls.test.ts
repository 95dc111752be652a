import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { probe } from "../../../src/services/health/probe.ts";
import { listen, listenTcp } from "./servers.ts";

const host = createNodeHost();
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** A certificate that nobody has signed but itself. */
function makeCertificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), "atk-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const wishes = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"];
  spawnSync("openssl", ["req", "-x509", ...wishes, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const pair = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  rmSync(folder, { recursive: true });
  return pair;
}

describe("a probe over TLS", () => {
  it.runIf(hasOpenssl)("tells that a certificate is not trusted", async () => {
    const port = await listen(createServer(makeCertificate(), (_request, response) => void response.end()));
    const detail = `the certificate of localhost:${port} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`;
    const url = `https://localhost:${port}/health`;
    expect(await probe({ kind: "http", url }, { host })).toEqual({ ok: false, why: "unwell", detail });
    expect(await probe({ kind: "mcp", url }, { host })).toEqual({ ok: false, why: "unwell", detail });
  });

  it("is given up when the other side does not go on", async () => {
    const port = await listenTcp();
    const detail = `localhost:${port} accepted the connection and did not answer within 0.2 s`;
    const check = { kind: "http", url: `https://localhost:${port}/` } as const;
    expect(await probe(check, { host, timeoutMs: 200 })).toEqual({ ok: false, why: "unwell", detail });
  });
});
