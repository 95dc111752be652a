import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backupHome, create } from "./backup-world.ts";
import { type World } from "./world.ts";

describe("a backup or a restore that is killed", () => {
  const KILLS = 20;

  function fill(world: World, word: string): void {
    for (let at = 0; at < 300; at += 1)
      world.write(`data/${at % 7}/file-${at}`, `${word} ${at} ${"x".repeat(at * 20)}`);
  }

  function words(world: World): ReadonlySet<string> {
    const names = readdirSync(world.path("data"), { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => name.includes("file-"));
    return new Set(files.map((name) => world.read(`data/${name}`).split(" ")[0] ?? ""));
  }

  async function killed(world: World, after: number, ...args: readonly string[]): Promise<void> {
    const child = world.start(...args);
    const ended = once(child, "exit");
    setTimeout(() => child.kill("SIGKILL"), after);
    await ended;
  }

  it("leaves no backup that is not whole, and nothing else", { timeout: 300_000 }, async () => {
    const world = backupHome();
    fill(world, "one");
    for (let round = 0; round < KILLS; round += 1) await killed(world, 150 + round * 25, "backup", "create", "mine");
    create(world);
    const { code, stdout, stderr } = world.atk("backup", "verify", "--all", "--json");
    expect(code, stderr).toBe(0);
    const { backups } = JSON.parse(stdout) as { backups: readonly unknown[] };
    const folders = [...readdirSync(world.path("disk/mine")), ...readdirSync(localBackups(world))];
    expect(backups).toHaveLength(folders.length);
    expect(
      readdirSync(world.path("disk/mine"), { recursive: true, encoding: "utf8" }).filter((name) =>
        name.includes(".part-"),
      ),
    ).toEqual([]);
    expect(existsSync(join(localBackups(world), "../../backup/work"))).toBe(false);
  });

  it("is finished or taken back by the next atk: never a mixture", { timeout: 300_000 }, async () => {
    const world = backupHome();
    fill(world, "one");
    const one = create(world);
    fill(world, "two");
    const two = create(world);
    for (let round = 0; round < KILLS; round += 1) {
      const [wanted, word] = round % 2 === 0 ? [one, "one"] : [two, "two"];
      await killed(world, 200 + round * 20, "backup", "restore", "mine", "--id", wanted, "--overwrite", "--yes");
      expect(world.atk("backup", "create", "mine").code).toBe(0);
      const found = words(world);
      expect([...found], `round ${round}, ${word}`).toHaveLength(1);
      expect(readdirSync(world.home).filter((name) => name.startsWith(".atk-work"))).toEqual([]);
    }
    expect(world.atk("backup", "verify", "--all").code).toBe(0);
  });
});

function localBackups(world: World): string {
  const homes = world.path(".local/state/atk/homes");
  return join(homes, readdirSync(homes)[0] ?? "", "backups/mine");
}

function canMount(): boolean {
  return (
    process.getuid?.() === 0 &&
    spawnSync("sh", ["-c", "d=$(mktemp -d) && mount -t tmpfs -o size=1m none $d && umount $d && rmdir $d"]).status === 0
  );
}

describe.runIf(canMount())("a disk that is full", () => {
  function withDisk(world: World, folder: string, work: () => void): void {
    mkdirSync(world.path(folder), { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "none", world.path(folder)]);
    try {
      work();
    } finally {
      execFileSync("umount", [world.path(folder)]);
    }
  }

  it("fails alone: the other targets have the backup, what was there before stays good, nothing is left", () => {
    const world = backupHome();
    withDisk(world, "disk", () => {
      create(world);
      world.write("data/large", randomBytes(4_000_000));
      const { code, stdout } = world.atk("backup", "create", "mine", "--json");
      expect(code).toBe(1);
      const [made] = (
        JSON.parse(stdout) as {
          backups: readonly {
            outcome: string;
            targets: readonly { target: string; problem?: { code: string; message: string } }[];
          }[];
        }
      ).backups;
      expect(made?.outcome).toBe("partly");
      expect(made?.targets.map(({ target, problem }) => [target, problem?.code])).toEqual([
        ["local", undefined],
        ["disk", "E_BACKUP"],
      ]);
      expect(made?.targets[1]?.problem?.message).toContain("no space left on the device");
      expect(readdirSync(world.path("disk/mine"))).toHaveLength(1);
      expect(world.atk("backup", "verify", "--all").code).toBe(0);
    });
  });

  it("is found by a restore before anything is touched", () => {
    const world = backupHome();
    withDisk(world, "data", () => {
      world.write("data/a", "present");
      world.write("data/big", randomBytes(1_500_000));
      create(world);
      world.write("data/a", "later");
      world.write("data/big", randomBytes(1_500_000));
      const before = world.read("data/a");
      const { code, stderr } = world.atk("backup", "restore", "mine", "--yes");
      expect(code).toBe(1);
      expect(stderr).toContain("no space left on the device");
      expect(world.read("data/a")).toBe(before);
      expect(readdirSync(world.path("data")).sort()).toEqual(["a", "big"]);
    });
  });
});

it("a target that is away fails alone, with its name", () => {
  const world = backupHome();
  world.write(".atk/atk.yaml", world.read(".atk/atk.yaml").replace("~/disk", "/nowhere/disk"));
  const { code, stderr } = world.atk("backup", "create", "--all");
  expect(code).toBe(1);
  expect(stderr).toContain("mine to disk: backup target disk");
  expect(world.atk("backup", "restore", "mine", "--dry-run").code).toBe(0);
});
