import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFleet } from "../../../src/app/machines/fleet.ts";
import { forgetMachine } from "../../../src/app/machines/forget-machine.ts";
import { rememberingError } from "../../../src/app/machines/last-error.ts";
import { parseRecord, type MachineRecord } from "../../../src/app/machines/machine-record.ts";
import { publishMachine } from "../../../src/app/machines/publish.ts";
import { AtkError } from "../../../src/core/errors.ts";
import { createFleet, type FleetWorld } from "./fleet-world.ts";

let fleet: FleetWorld;
beforeEach(() => void (fleet = createFleet()));
afterEach(() => fleet.remove());

function atRemote(name: string): MachineRecord | undefined {
  const files = fleet.git(fleet.remote, "ls-tree", "--name-only", "atk/machines", "machines/");
  if (!files.includes(`machines/${name}.json\n`)) return undefined;
  return parseRecord(fleet.git(fleet.remote, "show", `atk/machines:machines/${name}.json`));
}

const commits = (): string => fleet.git(fleet.remote, "rev-parse", "atk/machines");

describe("what a machine tells the others", () => {
  it("names what is pending and blocked, and holds no secret, no path, no value and no user", async () => {
    const desk = await fleet.machine("desk", { env: { ATK_MACHINE: "Desk" } });
    expect(await publishMachine(desk)).toEqual({ state: "published", name: "Desk" });
    expect(atRemote("desk")).toMatchObject({
      name: "Desk",
      pending: ["mcp_server.notes@cursor"],
      blocked: ["skill.ship"],
    });
    const text = fleet.git(fleet.remote, "log", "-p", "--format=fuller", "atk/machines");
    for (const secret of [fleet.root, "hush-hush", "private", "me@example.com", "notes.js"])
      expect(text).not.toContain(secret);
  });

  it("is said again only when it changed, or was last said long ago, or in the future", async () => {
    const at = (time: string) => fleet.machine("desk", { now: new Date(time) });
    expect((await publishMachine(await at("2026-11-21T10:00:00Z"))).state).toBe("published");
    const first = commits();
    expect((await publishMachine(await at("2026-11-21T12:00:00Z"))).state).toBe("unchanged");
    expect(commits()).toBe(first);
    expect((await publishMachine(await at("2026-11-22T12:00:00Z"))).state).toBe("published");
    expect((await publishMachine(await at("2020-01-01T00:00:00Z"))).state).toBe("published");
    expect(atRemote("desk")?.at).toBe("2020-01-01T00:00:00.000Z");
  });

  it("has the code of the last change that failed, until one does not", async () => {
    const desk = await fleet.machine("desk");
    await publishMachine(desk);
    const failing = rememberingError(desk, () => Promise.reject(new AtkError("E_SOURCE", "token hush-hush")));
    await expect(failing).rejects.toThrow();
    await publishMachine(desk);
    expect(atRemote("desk")?.error).toEqual({ code: "E_SOURCE", at: expect.any(String) });
    await rememberingError(desk, () => Promise.resolve());
    await publishMachine(desk);
    expect(atRemote("desk")?.error).toBeUndefined();
  });

  it("moves with it when it gets another name", async () => {
    await publishMachine(await fleet.machine("desk"));
    await publishMachine(await fleet.machine("desk", { env: { ATK_MACHINE: "office" } }));
    expect([atRemote("desk"), atRemote("office")?.name]).toEqual([undefined, "office"]);
  });
});

describe("a name that is taken twice", () => {
  it("is found out: who has it is said, with the next step, and nothing of it is overwritten", async () => {
    await publishMachine(await fleet.machine("desk"));
    const before = commits();
    const twin = await fleet.machine("twin", { env: { ATK_MACHINE: "DESK" } });
    expect(await publishMachine(twin)).toMatchObject({ state: "name-taken", by: { host: "desk.example.com" } });
    expect(commits()).toBe(before);
    expect(twin.told).toMatchObject([{ type: "warning", hint: expect.stringContaining("atk machine --name") }]);
  });

  it("is free again when the other one was forgotten", async () => {
    await publishMachine(await fleet.machine("desk"));
    const twin = await fleet.machine("twin", { env: { ATK_MACHINE: "desk" } });
    await expect(forgetMachine("dekk", twin)).rejects.toMatchObject({ code: "E_NAME", hint: "did you mean `desk`?" });
    await forgetMachine("Desk", twin);
    expect((await publishMachine(twin)).state).toBe("published");
  });
});

describe("the fleet", () => {
  it("says who is behind, ahead and unknown, and who was seen in the future", async () => {
    await publishMachine(await fleet.machine("old", { now: new Date("2026-11-20T10:00:00Z") }));
    const desk = await fleet.machine("desk", { now: new Date("2026-11-21T10:00:00Z") });
    writeFileSync(join(desk.workspace.directory, "note.md"), "x");
    fleet.git(desk.workspace.directory, "add", "note.md");
    fleet.git(desk.workspace.directory, "commit", "-q", "-m", "Note");
    fleet.git(desk.workspace.directory, "push", "-q");
    await publishMachine(desk);
    const far = await fleet.machine("far", { now: new Date("2031-01-01T00:00:00Z") });
    fleet.git(far.workspace.directory, "commit", "-q", "--allow-empty", "-m", "Never pushed");
    await publishMachine(far);
    const { machines, fetched } = await readFleet({ fetch: true }, desk);
    expect(fetched).toEqual({ isFresh: true });
    expect(
      machines.map(({ record, manifest, seenAgoMs, isThis }) => [record.name, manifest, seenAgoMs, isThis]),
    ).toEqual([
      ["desk", { state: "same" }, 0, true],
      ["far", { state: "unknown" }, undefined, false],
      ["old", { state: "behind", commits: 1 }, 86_400_000, false],
    ]);
  });

  it("shows what was fetched last when the remote does not answer", async () => {
    const desk = await fleet.machine("desk");
    await publishMachine(desk);
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/x.git`;
    fleet.git(desk.workspace.directory, "remote", "set-url", "origin", address);
    const { machines, fetched } = await readFleet({ fetch: true, timeoutMs: 700 }, desk);
    expect(fetched).toMatchObject({ isFresh: false, problem: expect.stringContaining("time limit") });
    expect(machines.map(({ record }) => record.name)).toEqual(["desk"]);
    expect(await publishMachine(desk, { timeoutMs: 700 })).toMatchObject({ state: "failed" });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it("leaves out what is no record, or stands under another machine's name", async () => {
    const desk = await fleet.machine("desk");
    await publishMachine(desk);
    const { directory } = desk.workspace;
    const text = fleet.git(directory, "show", "refs/atk/machines:machines/desk.json");
    const put = (content: string): string => {
      writeFileSync(join(fleet.root, "content"), content);
      return fleet.git(directory, "hash-object", "-w", join(fleet.root, "content")).trim();
    };
    const files = [
      `other.json ${put(text)}`,
      `broken.json ${put("{")}`,
      `none.json ${put("")}`,
      `evil.json ${put('{"version":1,"id":"x","name":"../x","at":""}')}`,
    ];
    writeFileSync(join(fleet.root, "content"), "");
    fleet.git(directory, "read-tree", "refs/atk/machines");
    for (const file of files) {
      const [name = "", id = ""] = file.split(" ");
      fleet.git(directory, "update-index", "--add", "--cacheinfo", `100644,${id},machines/${name}`);
    }
    const tree = fleet.git(directory, "write-tree").trim();
    const commit = fleet.git(directory, "commit-tree", tree, "-m", "By hand").trim();
    fleet.git(directory, "update-ref", "refs/atk/machines", commit);
    const { machines } = await readFleet({ fetch: false }, desk);
    expect(machines.map(({ record }) => record.name)).toEqual(["desk"]);
  });

  it("of fifty machines that tell at once is whole", async () => {
    const names = Array.from({ length: 50 }, (_unused, index) => `machine-${String(index).padStart(2, "0")}`);
    const contexts = [];
    for (const name of names) contexts.push(await fleet.machine(name));
    const outcomes = await Promise.all(
      contexts.map((context) => publishMachine(context, { timeoutMs: Number.POSITIVE_INFINITY })),
    );
    expect(outcomes.map(({ state }) => state)).toEqual(names.map(() => "published"));
    const [first] = contexts;
    if (first === undefined) throw new Error("no machine");
    const { machines } = await readFleet({ fetch: true }, first);
    expect(machines.map(({ record }) => record.name)).toEqual(names);
    expect(new Set(machines.map(({ record }) => record.id)).size).toBe(50);
  }, 0);
});

describe("a home that is alone", () => {
  it("has nobody to tell, and that is no fault", async () => {
    const desk = await fleet.machine("desk");
    fleet.git(desk.workspace.directory, "remote", "remove", "origin");
    expect(await publishMachine(desk)).toEqual({ state: "skipped", reason: "no-remote" });
    expect(await publishMachine({ ...desk, offline: true })).toEqual({ state: "skipped", reason: "offline" });
    await expect(readFleet({ fetch: true }, desk)).rejects.toMatchObject({ code: "E_GIT" });
  });
});
