import { describe, expect, it } from "vitest";
import { chooseManager, managerNamed } from "../../src/timers/choose-manager.ts";
import type { TimerManager } from "../../src/timers/timer-manager.ts";
import { createWorld as createUnitsWorld } from "../services/units/world.ts";
import { createWorld, wishFor, type World } from "./world.ts";

const CASES: readonly [TimerManager["id"], () => World][] = [
  ["systemd", () => createWorld(["systemctl"])],
  ["cron", () => createWorld(["crontab"])],
];

describe.each(CASES)("%s", (id, createOne) => {
  const manager = managerNamed(id);

  it("has nothing before, exactly what was asked for after, and nothing again in the end", async () => {
    const world = createOne();
    const wish = wishFor(world, "hourly");
    expect(await manager.observe(wish, world.host)).toBeUndefined();
    await manager.install(wish, world.host);
    expect(await manager.observe(wish, world.host)).toBe(manager.describe(wish));
    await manager.install(wish, world.host);
    expect(await manager.observe(wish, world.host)).toBe(manager.describe(wish));
    expect(await manager.times(wish.name, world.host)).toMatchObject({ isActive: true });
    await manager.remove(wish.name, world.host);
    await manager.remove(wish.name, world.host);
    expect(await manager.observe(wish, world.host)).toBeUndefined();
  });

  it("takes another schedule in the place of the one before", async () => {
    const world = createOne();
    await manager.install(wishFor(world, "hourly"), world.host);
    const daily = wishFor(world, "daily 03:30");
    expect(await manager.observe(daily, world.host)).not.toBe(manager.describe(daily));
    await manager.install(daily, world.host);
    expect(await manager.observe(daily, world.host)).toBe(manager.describe(daily));
  });

  it("keeps timers of several homes and several timers of one home apart", async () => {
    const world = createOne();
    const mine = wishFor(world, "hourly");
    const others = [wishFor(world, "daily", "sync2"), { ...wishFor(world, "weekly"), name: "atk-89abcdef-sync" }];
    for (const wish of [mine, ...others]) await manager.install(wish, world.host);
    await manager.remove(mine.name, world.host);
    for (const wish of others) expect(await manager.observe(wish, world.host)).toBe(manager.describe(wish));
  });
});

describe("systemd", () => {
  it("catches up on a time that was slept through, and spreads round times over the machines", () => {
    const text = managerNamed("systemd").describe(wishFor(createWorld([]), "hourly"));
    expect(text).toContain("OnCalendar=*-*-* *:00:00\nPersistent=true\nRandomizedDelaySec=300\n");
    expect(text).toContain('ExecStart=/usr/bin/env "ATK_HOME=');
    expect(text).toContain("my home 100%%");
  });

  it("keeps to a time that was chosen", () => {
    const text = managerNamed("systemd").describe(wishFor(createWorld([]), "weekly mon 03:30"));
    expect(text).toContain("OnCalendar=Mon *-*-* 03:30:00\n");
    expect(text).not.toContain("RandomizedDelaySec");
  });

  it("that was switched off by hand is not what was asked for", async () => {
    const world = createWorld(["systemctl"]);
    const wish = wishFor(world, "hourly");
    const manager = managerNamed("systemd");
    await manager.install(wish, world.host);
    const command = { command: "systemctl", args: ["--user", "disable", "--now", `${wish.name}.timer`] };
    await world.host.programs.run(command);
    expect(await manager.observe(wish, world.host)).toContain("(disabled)");
    expect(await manager.times(wish.name, world.host)).toMatchObject({ isActive: false });
  });

  it("that does not answer any more still loses its files", async () => {
    const world = createWorld(["systemctl"]);
    const wish = wishFor(world, "hourly");
    await managerNamed("systemd").install(wish, world.host);
    world.write("no-manager", "");
    await managerNamed("systemd").remove(wish.name, world.host);
    expect(await managerNamed("systemd").observe(wish, world.host)).toBeUndefined();
  });
});

describe("cron", () => {
  it("leaves every other line of the crontab as it is", async () => {
    const world = createWorld(["crontab"]);
    const own = '# mine\nMAILTO=""\n\n5 * * * *  run-me  \n';
    world.write("crontab.txt", own);
    const wish = wishFor(world, "45m");
    await managerNamed("cron").install(wish, world.host);
    expect(world.read("crontab.txt")).toMatch(/^# mine\nMAILTO=""\n\n5 \* \* \* \* {2}run-me {2}\n\*\/15 \* \* \* \* /);
    expect(world.read("crontab.txt")).toContain("my home 100\\%'");
    await managerNamed("cron").remove(wish.name, world.host);
    expect(world.read("crontab.txt")).toBe(own);
  });

  it("leaves no empty table behind", async () => {
    const world = createWorld(["crontab"]);
    const wish = wishFor(world, "hourly");
    await managerNamed("cron").install(wish, world.host);
    await managerNamed("cron").remove(wish.name, world.host);
    expect(world.read("crontab.txt")).toBeUndefined();
  });

  it("that refuses the table changes nothing and says why", async () => {
    const world = createWorld(["crontab"]);
    world.write("crontab.txt", "broken\n");
    const installing = managerNamed("cron").install(wishFor(world, "hourly"), world.host);
    await expect(installing).rejects.toMatchObject({
      code: "E_SERVICE",
      message: expect.stringContaining("bad minute"),
    });
    expect(world.read("crontab.txt")).toBe("broken\n");
  });

  it("is refused a command that is longer than it takes", () => {
    const world = createWorld(["crontab"]);
    const wish = { ...wishFor(world, "hourly"), command: ["/bin/true", "x".repeat(1_000)] };
    expect(() => managerNamed("cron").describe(wish)).toThrow(/at most 999 characters/);
  });
});

describe("launchd", () => {
  it("loads an agent that runs by the clock and not at once, and takes it away again", async () => {
    const world = createUnitsWorld(["launchctl"], "macos");
    const manager = managerNamed("launchd");
    const wish = { ...wishFor({ home: world.directory } as World, "weekly mon 03:30"), directory: world.directory };
    await manager.install(wish, world.host);
    expect(await manager.observe(wish, world.host)).toBe(manager.describe(wish));
    expect(world.machine.agents[wish.name]).toMatchObject({ state: "not running", calendar: true });
    expect(await manager.times(wish.name, world.host)).toEqual({ isActive: true });
    await manager.install(wish, world.host);
    await manager.remove(wish.name, world.host);
    expect(world.machine.agents).toEqual({});
    expect(await manager.observe(wish, world.host)).toBeUndefined();
    expect(await manager.times(wish.name, world.host)).toEqual({ isActive: false });
  });
});

describe("what starts timers here", () => {
  const chosen = async (world: World, used?: TimerManager["id"]): Promise<string> =>
    (await chooseManager(world.host, used)).id;

  it("is the user's systemd where it answers, else cron", async () => {
    expect(await chosen(createWorld(["systemctl", "crontab"]))).toBe("systemd");
    const silent = createWorld(["systemctl", "crontab"]);
    silent.write("no-manager", "");
    expect(await chosen(silent)).toBe("cron");
    expect(await chosen(createWorld(["crontab"]))).toBe("cron");
  });

  it("stays the same in a shell where systemd does not answer, as over ssh without a session", async () => {
    const silent = createWorld(["systemctl", "crontab"]);
    silent.write("no-manager", "");
    expect(await chosen(silent, "systemd")).toBe("systemd");
    expect(await chosen(createWorld(["crontab"]), "systemd")).toBe("cron");
  });

  it("is launchd on macOS", async () => {
    expect(await chosen(createWorld([], "macos"))).toBe("launchd");
  });

  it.each(["linux", "windows"] as const)("is refused with a next step where there is nothing: %s", async (platform) => {
    await expect(chosen(createWorld([], platform))).rejects.toMatchObject({
      code: "E_PROGRAM",
      hint: expect.stringMatching(/\S/),
    });
  });
});
