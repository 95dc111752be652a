import { describe, expect, it } from "vitest";
import { createMemoryHost, type MemoryHost } from "../../src/host/memory-host.ts";
import { openEventLog, type EventLog } from "../../src/log/event-log.ts";
import { LARGEST_LOG_BYTES } from "../../src/log/log-files.ts";

const STATE = "/home/mia/.local/state/atk";
const LOG = `${STATE}/log.jsonl`;
const applied = (data: string) => ({ stream: "apply", type: "applied", data });

function open({ files }: MemoryHost): EventLog {
  return openEventLog({ files, directory: STATE, now: () => new Date("2026-11-21T08:00:00Z") });
}

async function withEvents(count: number): Promise<MemoryHost> {
  const host = createMemoryHost();
  for (let at = 1; at <= count; at += 1) await open(host).append([applied(`run ${at}`)]);
  return host;
}

/** Two files: the first is closed because it is large. */
async function rotated(): Promise<MemoryHost> {
  const host = createMemoryHost();
  await open(host).append([applied("x".repeat(LARGEST_LOG_BYTES)), applied("old")]);
  await open(host).append([applied("new")]);
  return host;
}

describe("a log that became large", () => {
  it("goes on in another file; the chain and the numbers go on too", async () => {
    const host = await rotated();
    expect((await host.files.list(STATE))?.map(({ name }) => name)).toEqual([
      "log-000000002.jsonl",
      "log.end",
      "log.jsonl",
    ]);
    expect((await open(host).read()).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(await open(host).verify()).toEqual({ events: 3, torn: [] });
  });

  it("goes on after an older file when the newest was not begun yet", async () => {
    const host = await rotated();
    await host.files.unlink(LOG);
    await host.files.unlink(`${STATE}/log.end`);
    expect((await open(host).append([applied("again")])).map(({ seq }) => seq)).toEqual([3]);
  });

  it("shows a line that was edited in an older file, by the file's name", async () => {
    const host = await rotated();
    const older = `${STATE}/log-000000002.jsonl`;
    host.fs.writeFileSync(older, host.fs.readFileSync(older, "utf8").replace('"old"', '"odd"'));
    expect((await open(host).verify()).broken).toMatchObject({ file: "log-000000002.jsonl", line: 4 });
  });

  it("shows that an older file is missing", async () => {
    const host = await rotated();
    await host.files.unlink(`${STATE}/log-000000002.jsonl`);
    expect((await open(host).verify()).broken?.reason).toBe("its number is 3, after 0");
  });
});

describe("a log whose end was cut off", () => {
  function cut(host: MemoryHost): void {
    const lines = host.fs.readFileSync(LOG, "utf8").split("\n");
    host.fs.writeFileSync(LOG, lines.slice(0, -3).join("\n"));
  }

  it("is found out", async () => {
    const host = await withEvents(3);
    cut(host);
    const { events, broken } = await open(host).verify();
    expect(events).toBe(2);
    expect(broken?.reason).toBe("it ends here, and 1 more were written");
  });

  it("is still found out when more was written since", async () => {
    const host = await withEvents(3);
    cut(host);
    await open(host).append([applied("later")]);
    expect((await open(host).verify()).broken?.reason).toBe("its number is 4, after 2");
  });

  it("is found out when all of it is gone", async () => {
    const host = await withEvents(2);
    await host.files.unlink(LOG);
    expect((await open(host).verify()).broken?.reason).toBe("it ends here, and 2 more were written");
  });

  it("is found out when somebody made a whole new chain", async () => {
    const host = await withEvents(2);
    const other = createMemoryHost();
    await open(other).append([applied("forged"), applied("too")]);
    host.fs.writeFileSync(LOG, other.fs.readFileSync(LOG, "utf8"));
    expect((await open(host).verify()).broken?.reason).toBe("it is not the event that was written");
  });
});
