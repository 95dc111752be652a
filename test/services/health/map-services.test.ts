import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { mapServices, type Turn } from "../../../src/services/health/map-services.ts";
import { probe } from "../../../src/services/health/probe.ts";
import { listenTcp } from "./servers.ts";

const host = createNodeHost();
const names = Array.from({ length: 100 }, (_, index) => `service-${index}`);

describe("the same for every service", () => {
  it("is done for all at the same time: the last one begins before the first one has ended", async () => {
    let begun = 0;
    let allBegan: () => void;
    const all = new Promise<void>((done) => (allBegan = done));
    const results = await mapServices(names, async (name) => {
      begun += 1;
      if (begun === names.length) allBegan();
      await all;
      return name.toUpperCase();
    });
    expect(results).toEqual(names.map((name) => name.toUpperCase()));
  });

  it("has a hundred sockets open at once", async () => {
    const open: Socket[] = [];
    const port = await listenTcp((socket) => {
      if (open.push(socket) === 100) for (const each of open) each.destroy();
    });
    await mapServices(names, () =>
      probe({ kind: "http", url: `http://127.0.0.1:${port}/` }, { host, timeoutMs: 20_000 }),
    );
    expect(open).toHaveLength(100);
  });

  it("starts no more programs at once than there are places, and all of them in the end", async () => {
    let [now, most, done] = [0, 0, 0];
    await mapServices(names, (_name, turn) =>
      turn(async () => {
        most = Math.max(most, (now += 1));
        await new Promise((tick) => setImmediate(tick));
        now -= 1;
        done += 1;
      }),
    );
    expect({ most, done }).toEqual({ most: 32, done: 100 });
  });

  it("lets commands wait without losing of their time", async () => {
    const check = { kind: "command", line: "true", cwd: process.cwd(), env: {} } as const;
    const timeoutMs = 2_000;
    const turn: Turn = async (work) => {
      await new Promise((done) => setTimeout(done, timeoutMs + 100));
      return work();
    };
    expect(await probe(check, { host, timeoutMs, turn })).toEqual({ ok: true });
  });

  it("waits for all when one throws, and gives its place to the next", async () => {
    let ended = 0;
    const work = mapServices(
      ["a", "b", "c"],
      (name, turn) =>
        turn(async () => {
          if (name === "a") throw new Error("a is broken");
          await new Promise((tick) => setImmediate(tick));
          ended += 1;
        }),
      { places: 1 },
    );
    await expect(work).rejects.toThrow("a is broken");
    expect(ended).toBe(2);
  });
});
