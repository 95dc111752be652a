import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { archive, backupHome, create, describeTree, has, onDisk } from "./backup-world.ts";
import { type World } from "./world.ts";

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
