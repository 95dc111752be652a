import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, type World } from "./world.ts";

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

/** A home that backs up ~/data to local and ~/disk. */
function backupHome(more = ""): World {
  const world = createWorld();
  initHome(
    world,
    ["cursor"],
    `plugins: []\nbackup_targets:\n  disk: { path: ~/disk }\nbackups:\n  mine: { data: ["~/data"], to: [local, disk]${more} }\n`,
  );
  world.write("data/notes.txt", "first\n");
  return world;
}

interface Made {
  readonly backups: readonly { readonly id: string; readonly outcome: string; readonly notes: readonly string[] }[];
}

function create(world: World, ...more: readonly string[]): string {
  const { code, stdout, stderr } = world.atk("backup", "create", "mine", "--json", ...more);
  expect(code, stderr + stdout).toBe(0);
  return (JSON.parse(stdout) as Made).backups[0]?.id ?? "";
}

function onDisk(world: World, id: string): string {
  return world.path(`disk/mine/${id}`);
}

function archive(world: World, id: string): string {
  const name = readdirSync(onDisk(world, id)).find((each) => each.startsWith("data.tar")) ?? "";
  return join(onDisk(world, id), name);
}

/** Everything that a restore has to bring back. Names are bytes. */
function describeTree(folder: string, below = Buffer.alloc(0)): readonly string[] {
  const here = Buffer.concat([Buffer.from(`${folder}/`), below]);
  const names = readdirSync(here, { encoding: "buffer" }).sort(Buffer.compare);
  return names.flatMap((name) => {
    const path = Buffer.concat([here, Buffer.from("/"), name]);
    const stats = lstatSync(path);
    const way = Buffer.concat([below, Buffer.from("/"), name]);
    return [describeOne(path, way.toString("latin1")), ...(stats.isDirectory() ? describeTree(folder, way) : [])];
  });
}

function describeOne(path: Buffer, name: string): string {
  const stats = lstatSync(path);
  const { mode, uid, gid, size, mtimeMs, nlink } = stats;
  const all = [name, mode.toString(8), uid, gid, Math.round(mtimeMs)];
  if (stats.isSymbolicLink()) return [...all, readlinkSync(path)].join(" ");
  if (!stats.isFile()) return all.join(" ");
  return [...all, size, nlink, size < 100_000 ? readFileSync(path).toString("base64") : ""].join(" ");
}

describe("what a restore brings back", () => {
  it("modes, owners, times, links, holes, long names and names that are no text", () => {
    const world = backupHome();
    const data = world.path("data");
    mkdirSync(join(data, "deep/er"), { recursive: true });
    writeFileSync(join(data, "deep/er/secret"), "x", { mode: 0o400 });
    writeFileSync(join(data, "tool"), "#!/bin/sh\n");
    chmodSync(join(data, "tool"), 0o2755);
    linkSync(join(data, "tool"), join(data, "zz-same-tool"));
    symlinkSync("notes.txt", join(data, "link"));
    symlinkSync("/nowhere/at/all", join(data, "dangling"));
    writeFileSync(join(data, "x".repeat(250)), "long");
    writeFileSync(join(data, "new\nline ü €"), "odd");
    writeFileSync(Buffer.concat([Buffer.from(`${data}/`), Buffer.from([0x62, 0xff, 0xfe])]), "bytes");
    writeFileSync(join(data, "sparse"), "begin");
    truncateSync(join(data, "sparse"), 30_000_000);
    mkdirSync(join(data, "empty"), { mode: 0o711 });
    utimesSync(join(data, "notes.txt"), 1_600_000_000.123, 1_600_000_000.123);
    utimesSync(join(data, "deep"), 1_500_000_000, 1_500_000_000);
    if (process.getuid?.() === 0) execFileSync("chown", ["1234:4321", join(data, "notes.txt")]);
    const before = describeTree(data);
    create(world);
    rmSync(data, { recursive: true });
    const restored = world.atk("backup", "restore", "mine", "--yes");
    expect(restored.code, restored.stderr).toBe(0);
    expect(describeTree(data)).toEqual(before);
    expect(lstatSync(join(data, "sparse")).blocks).toBeLessThan(1000);
    expect(world.atk("backup", "drill").code).toBe(0);
  });

  it("only one file, when only one is wanted", () => {
    const world = backupHome();
    world.write("data/other", "old");
    create(world);
    world.write("data/notes.txt", "spoiled");
    world.write("data/other", "newer work");
    world.write("data/added", "since then");
    const { code, stderr } = world.atk("backup", "restore", "mine", "--only", "~/data/notes.txt", "--yes");
    expect(code, stderr).toBe(0);
    expect([world.read("data/notes.txt"), world.read("data/other"), world.read("data/added")]).toEqual([
      "first\n",
      "newer work",
      "since then",
    ]);
  });

  it("what was there before the restore can be had again", () => {
    const world = backupHome();
    create(world);
    world.write("data/notes.txt", "a day of work\n");
    world.write("data/more", "of it\n");
    const { stdout } = world.atk("backup", "restore", "mine", "--yes", "--json");
    const { kept } = (JSON.parse(stdout) as { restores: readonly { kept: string }[] }).restores[0] ?? { kept: "" };
    expect(world.read("data/notes.txt")).toBe("first\n");
    expect(world.exists("data/more")).toBe(false);
    expect(world.atk("backup", "restore", "mine", "--id", kept, "--yes").code).toBe(0);
    expect([world.read("data/notes.txt"), world.read("data/more")]).toEqual(["a day of work\n", "of it\n"]);
  });

  it("what a pattern leaves out stays where it is", () => {
    const world = backupHome(', exclude: ["node_modules", "*.tmp"]');
    world.write("data/p/node_modules/m/index.js", "m");
    world.write("data/a.tmp", "t");
    create(world);
    world.write("data/q/node_modules/n", "n");
    world.write("data/q/file", "goes");
    expect(world.atk("backup", "restore", "mine", "--yes").code).toBe(0);
    expect(
      ["data/p/node_modules/m/index.js", "data/a.tmp", "data/q/node_modules/n", "data/q/file"].map(world.exists),
    ).toEqual([true, true, true, false]);
  });

  it("nothing, when nothing is different or it is only asked", () => {
    const world = backupHome();
    create(world);
    expect(world.atk("backup", "restore", "mine", "--yes").stdout).toContain("everything is as in");
    world.write("data/notes.txt", "changed");
    const asked = world.atk("backup", "restore", "mine", "--dry-run");
    expect(asked.stderr).toContain(`~ ${world.path("data/notes.txt")}`);
    expect(world.read("data/notes.txt")).toBe("changed");
  });
});

describe.runIf(has("sqlite3"))("a database in use", () => {
  const WRITER = `
import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
c.execute("PRAGMA journal_mode=" + sys.argv[2])
c.execute("CREATE TABLE IF NOT EXISTS a(n INTEGER, t TEXT)")
c.execute("CREATE TABLE IF NOT EXISTS b(n INTEGER, t TEXT)")
print("ready", flush=True)
n = 0
while True:
    c.execute("BEGIN IMMEDIATE")
    c.execute("INSERT INTO a VALUES(?, ?)", (n, "x" * 2000))
    c.execute("INSERT INTO b VALUES(?, ?)", (n, "y" * 2000))
    c.execute("COMMIT")
    n += 1
`;
  it.each(["wal", "delete"])(
    "is kept as it was at one moment, while it is written to (%s)",
    { timeout: 120_000 },
    async (mode) => {
      const world = backupHome();
      const database = world.path("data/live.db");
      const writer = spawn("python3", ["-c", WRITER, database, mode], { stdio: ["ignore", "pipe", "inherit"] });
      await once(writer.stdout, "data");
      const ids: string[] = [];
      for (let round = 0; round < 3; round += 1) ids.push(create(world));
      writer.kill("SIGKILL");
      await once(writer, "exit");
      for (const id of ids) {
        const restored = world.atk("backup", "restore", "mine", "--id", id, "--into", `out-${id}`, "--yes");
        expect(restored.code, restored.stderr).toBe(0);
        const copy = world.path(`out-${id}/home/data/live.db`);
        const ask = (sql: string): string => execFileSync("sqlite3", [copy, sql], { encoding: "utf8" }).trim();
        expect(ask("PRAGMA integrity_check")).toBe("ok");
        expect(
          ask(
            "SELECT (SELECT count(*) FROM a) = (SELECT count(*) FROM b), (SELECT max(n) FROM a) = (SELECT count(*) FROM a) - 1",
          ),
        ).toBe("1|1");
      }
      // In place of the one that was killed, with its log beside it.
      expect(world.atk("backup", "restore", "mine", "--id", ids[0] ?? "", "--yes").code).toBe(0);
      expect(existsSync(`${database}-wal`)).toBe(false);
      expect(execFileSync("sqlite3", [database, "PRAGMA integrity_check"], { encoding: "utf8" }).trim()).toBe("ok");
    },
  );

  it("is not kept where nothing can copy it", () => {
    const world = backupHome();
    execFileSync("sqlite3", [world.path("data/x.db"), "CREATE TABLE t(a)"]);
    world.write("bin/.keep", "");
    for (const program of ["node", "git", "sh"]) world.linkProgram(program, "bin");
    const { code, stderr } = world.with({ PATH: world.path("bin") }).atk("backup", "create", "mine");
    expect(code).toBe(1);
    expect(stderr).toContain("nothing here can copy it while it is in use");
    expect(stderr).toContain("install sqlite3");
    expect(world.exists("disk")).toBe(false);
  });
});

describe("an encrypted backup", () => {
  function encryptedHome(): World {
    const world = backupHome(", encrypt: true");
    expect(world.atk("secret", "request", "--name", "here").code).toBe(0);
    return world;
  }

  it.runIf(has("age"))("opens with the program age, and names no file in clear", () => {
    const world = encryptedHome();
    const id = create(world);
    const opened = execFileSync(
      "sh",
      [
        "-c",
        `age -d -i "${world.path(".config/atk/identity.txt")}" "${archive(world, id)}" | tar -xzO home/data/notes.txt`,
      ],
      { encoding: "utf8" },
    );
    expect(opened).toBe("first\n");
    expect(world.filesWith("notes.txt").filter((name) => name.startsWith("disk/"))).toEqual([]);
    world.write("data/notes.txt", "spoiled");
    expect(world.atk("backup", "restore", "mine", "--yes").code).toBe(0);
    expect(world.read("data/notes.txt")).toBe("first\n");
  });

  it("is not opened with another key, and says so", () => {
    const world = encryptedHome();
    create(world);
    rmSync(world.path(".config/atk/identity.txt"));
    rmSync(world.path(".atk/secrets.yaml"));
    expect(world.atk("backup", "verify", "mine").stderr).toContain("no identity to open it with");
    expect(world.atk("secret", "request", "--name", "other").code).toBe(0);
    const { code, stderr } = world.atk("backup", "verify", "mine");
    expect(code).toBe(1);
    expect(stderr).toContain("encrypted for other machines");
  });

  it("is not made where this machine could not open it", () => {
    const world = backupHome(", encrypt: true");
    const { code, stderr } = world.atk("backup", "create", "mine");
    expect(code).toBe(1);
    expect(stderr).toContain("atk secret request");
  });
});

describe("a backup that was changed on its target", () => {
  const damage: readonly (readonly [string, (world: World, id: string) => void])[] = [
    ["cut", (world, id) => truncateSync(archive(world, id), lstatSync(archive(world, id)).size - 20)],
    [
      "with a byte changed",
      (world, id) => {
        const bytes = readFileSync(archive(world, id));
        bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
        writeFileSync(archive(world, id), bytes);
      },
    ],
    ["empty", (world, id) => truncateSync(archive(world, id), 0)],
    ["without its list", (world, id) => rmSync(join(onDisk(world, id), "files.jsonl.gz"))],
    [
      "with a manifest that was edited",
      (world, id) => {
        const path = join(onDisk(world, id), "manifest.json");
        writeFileSync(path, readFileSync(path, "utf8").replace('"files": 1', '"files": 2'));
      },
    ],
  ];
  it.each(damage)("is found and is not restored: %s", (_name, spoil) => {
    const world = backupHome();
    const id = create(world, "--to", "disk");
    spoil(world, id);
    world.write("data/notes.txt", "present");
    expect(world.atk("backup", "verify", "--all").code).toBeGreaterThan(0);
    const { code } = world.atk("backup", "restore", "mine", "--yes");
    expect(code).toBeGreaterThan(0);
    expect(world.read("data/notes.txt")).toBe("present");
    expect(readdirSync(world.home).filter((name) => name.startsWith(".atk-work"))).toEqual([]);
  });

  it("is passed over for a copy that is good", () => {
    const world = backupHome();
    const id = create(world);
    truncateSync(world.path(`disk/mine/${id}/data.tar.gz`), 10);
    world.write("data/notes.txt", "present");
    const { code, stderr } = world.atk("backup", "restore", "mine", "--from", "disk", "--from", "local", "--yes");
    expect(code, stderr).toBe(0);
    expect(world.read("data/notes.txt")).toBe("first\n");
  });
});

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
