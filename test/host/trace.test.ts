import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createMemoryHost } from "../../src/host/memory-host.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { stillHolds, traceHost, type Trace } from "../../src/host/trace.ts";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "atk-trace-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const digest = (text: string): string => `digest of ${text.length}`;
const LONG_AGO = new Date("2020-01-01T00:00:00.123Z");

interface Folder {
  readonly at: (name: string) => string;
  readonly env: Record<string, string>;
}

let count = 0;

/** A folder with one of everything, all of it old. */
function folder(): Folder {
  count += 1;
  const root = join(scratch, String(count));
  const at = (name: string): string => join(root, name);
  mkdirSync(at("list"), { recursive: true });
  writeFileSync(at("file"), "one");
  writeFileSync(at("list/a"), "a");
  writeFileSync(at("behind"), "behind");
  symlinkSync("behind", at("link"));
  for (const name of ["file", "list/a", "behind"]) utimesSync(at(name), LONG_AGO, LONG_AGO);
  return { at, env: { HOME: root, PATH: root, SET: "value" } };
}

async function traced({ at, env }: Folder): Promise<Trace> {
  const found = traceHost(createNodeHost({ env }), digest);
  const { files, machine, programs } = found?.host ?? expect.unreachable();
  await Promise.all([
    files.read(at("file")),
    files.read(at("link")),
    files.read(at("absent")),
    files.stat(at("list")),
    files.list(at("list")),
    files.realPath(at("link")),
    programs.find("tool"),
  ]);
  expect([machine.env["SET"], machine.env["UNSET"]]).toEqual(["value", undefined]);
  return found?.trace() ?? expect.unreachable();
}

describe("a trace", () => {
  it("holds as long as nothing changes", async () => {
    const place = folder();
    const trace = JSON.parse(JSON.stringify(await traced(place))) as Trace;
    expect(await stillHolds(trace, createNodeHost({ env: place.env }), digest)).toBe(true);
  });

  it.each<[string, (place: Folder) => void]>([
    ["a file that was read has other content", ({ at }) => writeFileSync(at("file"), "two!")],
    ["a file has other content of the same size and the same time", ({ at }) => rewrite(at("file"))],
    ["a file has another mode", ({ at }) => chmodSync(at("file"), 0o600)],
    ["a file is gone", ({ at }) => unlinkSync(at("file"))],
    ["what was absent is there", ({ at }) => writeFileSync(at("absent"), "")],
    ["what a link leads to has changed", ({ at }) => writeFileSync(at("behind"), "other")],
    ["a link leads elsewhere", ({ at }) => (unlinkSync(at("link")), symlinkSync("file", at("link")))],
    ["a folder that was listed has a new entry", ({ at }) => writeFileSync(at("list/b"), "")],
    ["a variable has another value", ({ env }) => void (env["SET"] = "another")],
    ["a variable that was unset is set", ({ env }) => void (env["UNSET"] = "")],
    ["a program can be found now", ({ at }) => writeFileSync(at("tool"), "#!/bin/sh\n", { mode: 0o755 })],
  ])("does not hold any more when %s", async (_what, change) => {
    const place = folder();
    const trace = await traced(place);
    change(place);
    expect(await stillHolds(trace, createNodeHost({ env: place.env }), digest)).toBe(false);
  });

  it("does not mind new files beside a folder that was only looked for, nor variables nobody asked for", async () => {
    const place = folder();
    const trace = await traced(place);
    writeFileSync(place.at("beside"), "");
    place.env["OTHER"] = "1";
    expect(await stillHolds(trace, createNodeHost({ env: place.env }), digest)).toBe(true);
  });

  it("keeps the digest of a file that was written a moment before it was read", async () => {
    const place = folder();
    writeFileSync(place.at("file"), "new");
    const trace = await traced(place);
    expect(Object.keys(trace.digests)).toContain(place.at("file"));
    expect(await stillHolds(trace, createNodeHost({ env: place.env }), digest)).toBe(true);
  });

  it("has no value of a variable in it", async () => {
    const place = folder();
    place.env["SET"] = "value";
    expect(JSON.stringify(await traced(place))).not.toContain('"value"');
  });

  it("is not given for work that started a program or asked for all variables", async () => {
    const first = traceHost(createNodeHost(), digest);
    await first?.host.programs.run({ command: "true" });
    expect(first?.trace()).toBeUndefined();
    const second = traceHost(createNodeHost(), digest);
    expect(Object.keys(second?.host.machine.env ?? {})).toContain("PATH");
    expect(second?.trace()).toBeUndefined();
  });

  it("is not given where the system gives no signatures", () => {
    expect(traceHost(createMemoryHost(), digest)).toBeUndefined();
  });
});

/** As a tool does that puts the old times back: the time of the change itself cannot be set. */
function rewrite(path: string): void {
  writeFileSync(path, "two");
  utimesSync(path, LONG_AGO, LONG_AGO);
}
