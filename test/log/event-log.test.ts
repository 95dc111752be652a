import { describe, expect, it } from "vitest";
import type { Files } from "../../src/core/host.ts";
import { createMemoryHost, type MemoryHost } from "../../src/host/memory-host.ts";
import { openEventLog, type EventLog } from "../../src/log/event-log.ts";

const STATE = "/home/mia/.local/state/atk";
const LOG = `${STATE}/log.jsonl`;

function open(files: Files): EventLog {
  return openEventLog({ files, directory: STATE, now: () => new Date("2026-11-21T08:00:00Z") });
}

const applied = (plugin: string) => ({ stream: "apply", type: "applied", data: { plugin } });

async function threeEvents(): Promise<MemoryHost> {
  const world = createMemoryHost();
  const log = open(world.files);
  await log.append([applied("github"), applied("everything")]);
  await log.append([{ stream: "git", type: "committed", data: null }]);
  return world;
}

function edit({ fs }: MemoryHost, change: (text: string) => string): void {
  fs.writeFileSync(LOG, change(fs.readFileSync(LOG, "utf8")));
}

describe("the event log", () => {
  it("reads and makes nothing before it is used", async () => {
    const { files } = createMemoryHost();
    expect(await open(files).read()).toEqual([]);
    expect(await files.stat(STATE)).toBeUndefined();
  });

  it("counts and chains events, also over several processes", async () => {
    const { files } = await threeEvents();
    await open(files).append([applied("memory")]);
    const events = await open(files).read();
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 4]);
    expect(events.map((event) => event.prev)).toEqual(["", ...events.slice(0, 3).map((event) => event.hash)]);
    expect(await open(files).verify()).toEqual({ events: 4, torn: [] });
  });

  it("gives the events of one stream", async () => {
    const { files } = await threeEvents();
    expect((await open(files).read("apply")).map((event) => event.data)).toEqual([
      { plugin: "github" },
      { plugin: "everything" },
    ]);
  });

  it("is for the user alone", async () => {
    const { files } = await threeEvents();
    expect((await files.stat(LOG))?.mode).toBe(0o600);
    expect((await files.stat(STATE))?.mode).toBe(0o700);
  });

  it.each([
    ["changed", (text: string) => text.replace("everything", "somewhere"), "content"],
    [
      "left out",
      (text: string) =>
        text
          .split("\n")
          .filter((line) => !line.includes('"seq":2'))
          .join("\n"),
      "number is 3",
    ],
    ["put in twice", (text: string) => text + text.split("\n").findLast((line) => line !== ""), "number is 3"],
    ["replaced by something else", (text: string) => text.replace(/^.*"seq":2.*$/m, '{"hello":1}'), "not an event"],
  ])("notices an event that was %s", async (_name, change, reason) => {
    const world = await threeEvents();
    edit(world, change);
    expect((await open(world.files).verify()).broken).toMatchObject({
      line: expect.any(Number),
      reason: expect.stringContaining(reason),
    });
  });

  it("goes on after a line that a power cut tore, and says which line it was", async () => {
    const world = await threeEvents();
    edit(world, (text) => `${text}\n{"seq":4,"at":"2026-11`);
    await open(world.files).append([applied("memory")]);
    const verified = await open(world.files).verify();
    expect(verified.events).toBe(4);
    expect(verified.torn).toHaveLength(1);
    expect(verified.broken).toBeUndefined();
  });
});
