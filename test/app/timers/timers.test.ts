import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { change } from "../../../src/app/change.ts";
import { createContext, type Context } from "../../../src/app/context.ts";
import { listTimers } from "../../../src/app/timers/list-timers.ts";
import { runTimer, type TimerRunOutcome } from "../../../src/app/timers/run-timer.ts";
import { planOnly } from "../../../src/app/plan-only.ts";
import { workspaceAt } from "../../../src/app/workspace.ts";
import { writeRun } from "../../../src/timers/run-record.ts";
import { lockHome } from "../../../src/log/home-lock.ts";
import { createWorld, type World } from "../../timers/world.ts";

/** What is started in place of atk: tells what it was given, and how often it was. */
const ATK = `#!/bin/sh
echo "atk $*" >> "$HOME/runs"
echo "path $PATH, home $ATK_HOME"
echo "trouble" >&2
exit 11
`;

interface Home {
  readonly world: World;
  readonly directory: string;
  open(): Promise<Context>;
  apply(): Promise<void>;
}

async function homeWith(manifest: string): Promise<Home> {
  const world = createWorld(["crontab"]);
  const directory = join(world.home, ".atk");
  mkdirSync(directory);
  writeFileSync(join(world.home, "bin/atk"), ATK, { mode: 0o755 });
  writeFileSync(join(directory, "atk.yaml"), `schema_version: "2026-11-21"\nagents: []\n${manifest}`);
  const open = async (): Promise<Context> => {
    const workspace = await workspaceAt(world.host, directory, { tags: [], clientHomes: {} }, directory);
    return createContext(world.host, workspace, () => undefined);
  };
  const apply = async (): Promise<void> => {
    const request = { selection: { names: [] }, message: "Apply", decisions: {}, approve: async () => true };
    await change(request, await open());
  };
  return { world, directory, open, apply };
}

const run = async (id: string, { open }: Home, scheduled = false): Promise<TimerRunOutcome> =>
  runTimer(id, { scheduled, onOutput: () => undefined }, await open());

describe("what a timer starts", () => {
  it("is atk with the words of the timer, in a process of its own, and its end is remembered", async () => {
    const home = await homeWith("sync: { schedule: hourly }\n");
    await home.apply();
    expect(await run("sync", home)).toEqual({ outcome: "ran", exitCode: 11 });
    expect(home.world.read("runs")).toBe("atk sync --yes --global\n");
    const [timer] = await listTimers(await home.open());
    expect(timer).toMatchObject({ id: "sync", state: "active", manager: "cron", last: { exitCode: 11 } });
    const output = readFileSync(timer?.output ?? "", "utf8");
    expect(output).toContain(`path ${home.world.home}/bin:`);
    expect(output).toContain(`home ${home.directory}\ntrouble\n`);
  });

  it("waits until its period has passed; by hand it runs at once", async () => {
    const home = await homeWith("backups: { notes: { data: [~/notes], schedule: 45m } }\n");
    await home.apply();
    const { stateDirectory } = (await home.open()).workspace;
    const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
    await writeRun("backup-notes", { started: ago(30) }, stateDirectory, home.world.host.files);
    expect(await run("backup-notes", home, true)).toEqual({ outcome: "skipped", why: "not due" });
    await writeRun("backup-notes", { started: ago(45) }, stateDirectory, home.world.host.files);
    expect(await run("backup-notes", home, true)).toMatchObject({ outcome: "ran" });
    expect(await run("backup-notes", home)).toMatchObject({ outcome: "ran" });
    expect(home.world.read("runs")).toContain("atk backup create notes --scheduled --global\n");
  });

  it("does nothing when its last run still goes on", async () => {
    const home = await homeWith("sync: { schedule: hourly }\n");
    await home.apply();
    const { stateDirectory } = (await home.open()).workspace;
    const directory = join(stateDirectory, "timers/sync");
    const release = await lockHome({ directory, label: "timer sync", waitMs: 0 });
    expect(await run("sync", home, true)).toEqual({ outcome: "skipped", why: "busy" });
    await release();
    expect(await run("sync", home, true)).toMatchObject({ outcome: "ran" });
  });

  it("is nothing where no such timer is set up", async () => {
    const home = await homeWith("");
    await expect(run("sync", home)).rejects.toMatchObject({ code: "E_USAGE", hint: "atk timers" });
  });
});

describe("a run that is killed while it sets a timer up", () => {
  const pending = ({ world }: Home): string => {
    const homes = join(world.home, ".local/state/atk/homes");
    return join(homes, readdirSync(homes)[0] ?? "", "timers");
  };

  it("is followed by one that sets it up again, whatever is there", async () => {
    const home = await homeWith("sync: { schedule: hourly }\n");
    await home.apply();
    const table = home.world.read("crontab.txt") ?? "";
    const [, name = ""] = / # (\S+)$/m.exec(table) ?? [];
    // As when it was killed before the state was written, and before the table was.
    const mark = join(pending(home), `${name}.pending`);
    mkdirSync(dirname(mark), { recursive: true });
    for (const there of [table, ""]) {
      writeFileSync(mark, "");
      home.world.write("crontab.txt", there);
      const plan = await planOnly({ selection: { names: [] }, frozen: false }, await home.open());
      expect(plan.changes.map(({ address, verdict }) => [address, verdict])).toEqual([["timer.sync", "create"]]);
      await home.apply();
      expect(home.world.read("crontab.txt")).toBe(table);
      expect(readdirSync(pending(home)).filter((each) => each.endsWith(".pending"))).toEqual([]);
    }
  });

  it("leaves nothing that stays for ever: what was set up and not recorded goes with the manifest's line", async () => {
    const home = await homeWith("sync: { schedule: hourly }\n");
    await home.apply();
    const state = join(pending(home), "../state.json");
    const empty = JSON.stringify({ version: 1, resources: {}, files: {}, directories: [], shapes: {} });
    writeFileSync(state, empty);
    await home.apply();
    writeFileSync(join(home.directory, "atk.yaml"), 'schema_version: "2026-11-21"\nagents: []\n');
    await home.apply();
    expect(home.world.read("crontab.txt")).toBeUndefined();
  });
});

describe("timers in a project", () => {
  it("are left out, and that is said", async () => {
    const home = await homeWith("sync: { schedule: hourly }\n");
    const workspace = await workspaceAt(
      home.world.host,
      home.directory,
      { tags: [], clientHomes: {} },
      home.world.home,
    );
    const context = await createContext(home.world.host, workspace, () => undefined);
    const plan = await planOnly({ selection: { names: [] }, frozen: false }, context);
    expect(plan.changes).toEqual([]);
    expect(plan.notices).toEqual([expect.objectContaining({ message: expect.stringContaining("a project has none") })]);
  });
});
