import { describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { HealthCheck } from "../../../src/services/health/health-check.ts";
import { healthOf } from "../../../src/services/health/health-of.ts";
import type { Observation, ServiceState } from "../../../src/services/service.ts";
import { closedPort, listenHttp, listenTcp } from "./servers.ts";

const NOW = "2026-11-21T08:00:00.000Z";
const EARLIER = "2026-11-21T07:00:00.000Z";
const JUST_NOW = "2026-11-21T07:59:50.000Z";
const host = { ...createNodeHost(), now: () => new Date(NOW) };

const command = (line: string): HealthCheck => ({ kind: "command", line, cwd: process.cwd(), env: {} });
const well = async (): Promise<HealthCheck> => ({ kind: "tcp", port: await listenTcp() });
const down = async (): Promise<HealthCheck> => ({ kind: "tcp", port: await closedPort() });
const unwell = async (): Promise<HealthCheck> => {
  const url = await listenHttp((_request, response) => void response.writeHead(503).end());
  return { kind: "http", url: `${url}/health` };
};
const unclear: HealthCheck = { kind: "tcp", port: 80, host: "no-such-name.invalid" };
const health = (observed: Observation, checks: readonly HealthCheck[], more: { signal?: AbortSignal } = {}) =>
  healthOf(observed, checks, { host, ...more });

describe("a service", () => {
  it("is what its driver says when there is nothing to probe", async () => {
    for (const state of ["running", "starting", "unhealthy", "stopped", "failed", "unknown"] as const) {
      expect(await health({ state, detail: "as it is" }, [])).toEqual({ state, detail: "as it is" });
    }
  });

  it.each(["stopped", "failed", "unhealthy"] as const)("is not probed when its driver says %s", async (state) => {
    let asked = 0;
    const port = await listenTcp(() => (asked += 1));
    expect(await health({ state }, [{ kind: "tcp", port }])).toEqual({ state });
    expect(asked).toBe(0);
  });

  it.each(["running", "starting", "unknown"] as const)(
    "runs when its driver says %s and all probes are well",
    async (state) => {
      const observed: Observation = { state, pid: 7, since: EARLIER, restarts: 2, detail: "2 of 2 containers" };
      expect(await health(observed, [await well(), command("true")])).toEqual({ ...observed, state: "running" });
    },
  );

  const cases: readonly (readonly [ServiceState, string | undefined, ServiceState])[] = [
    ["running", EARLIER, "unhealthy"],
    ["running", JUST_NOW, "starting"],
    ["running", undefined, "unhealthy"],
    ["running", "2026-11-21T08:00:02.000Z", "starting"],
    ["running", "2027-11-21T08:00:00.000Z", "unhealthy"],
    ["running", "yesterday", "unhealthy"],
    ["starting", JUST_NOW, "starting"],
    ["starting", undefined, "starting"],
    ["starting", EARLIER, "unhealthy"],
  ];
  it.each(cases)("that is %s since %s and fails its probe is %s", async (state, since, expected) => {
    const observed: Observation = { state, ...(since === undefined ? {} : { since }) };
    const seen = await health(observed, [await unwell()]);
    expect(seen).toEqual({ ...observed, state: expected, detail: expect.stringContaining("status 503") });
  });

  it("of which nothing else is known is stopped when nothing listens, or its command says no", async () => {
    expect(await health({ state: "unknown" }, [await down()])).toMatchObject({ state: "stopped" });
    expect(await health({ state: "unknown" }, [command("exit 3")])).toMatchObject({ state: "stopped" });
  });

  it("of which nothing else is known is unhealthy when something of it answers", async () => {
    expect(await health({ state: "unknown" }, [await unwell()])).toMatchObject({ state: "unhealthy" });
    expect(await health({ state: "unknown" }, [await well(), await down()])).toMatchObject({ state: "unhealthy" });
  });

  it("of which nothing can be learned stays unknown", async () => {
    const seen = await health({ state: "unknown" }, [unclear]);
    expect(seen).toEqual({ state: "unknown", detail: "no address is known for no-such-name.invalid:80" });
  });

  it("is told by its command first, whatever the order of the checks", async () => {
    const seen = await health({ state: "running", since: EARLIER }, [await unwell(), command("exit 3")]);
    expect(seen.detail).toBe("the status command ended with exit code 3");
  });

  it("stays as the driver said when the caller stops the probes", async () => {
    const signal = AbortSignal.abort();
    expect(await health({ state: "running" }, [await well()], { signal })).toEqual({ state: "running" });
  });
});
