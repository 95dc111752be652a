import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createServiceWorld, processesOf, seen, until } from "./service-world.ts";
import { createWorld, initHome, type World } from "./world.ts";

const FOREVER = "setInterval(() => {}, 1000);\n";
const HEAD = 'schema_version: "2026-11-21"\nname: NAME\ndescription: a test\nmaturity: verified\n';

function isPaused(world: World): boolean {
  const homes = world.path(".local/state/atk/homes");
  return readdirSync(homes).some((home) => existsSync(join(homes, home, "backup/paused.json")));
}

function pluginHome(name: string, rest: string, manifest = ""): World {
  const world = createWorld();
  initHome(world, ["cursor"], `plugins: []\n${manifest}`);
  world.write(`src/${name}/plugin.yaml`, HEAD.replace("NAME", name) + rest);
  const added = world.atk("add", `./src/${name}`, "--yes");
  expect(added.code, added.stderr).toBe(0);
  return world;
}

describe("a service whose data is kept", () => {
  const world = (): World => {
    const made = createServiceWorld(FOREVER, "", "data: { paths: [data] }\n");
    made.write(".atk/plugins/web/data/file", "one");
    expect(made.atk("start", "web").code).toBe(0);
    return made;
  };

  it("is down meanwhile and runs afterwards", { timeout: 60_000 }, () => {
    const made = world();
    const before = seen(made)?.pid;
    const { code, stderr } = made.atk("backup", "create", "web");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/Stop web[^]*Back up web[^]*Start web/);
    const after = seen(made);
    expect(after?.state).toBe("running");
    expect(after?.pid).not.toBe(before);
    made.write(".atk/plugins/web/data/file", "two");
    expect(made.atk("backup", "restore", "web", "--yes").code).toBe(0);
    expect(made.read(".atk/plugins/web/data/file")).toBe("one");
    expect(seen(made)?.state).toBe("running");
  });

  it("runs again when the backup fails", { timeout: 60_000 }, () => {
    const made = world();
    made.write("a-file", "");
    const { code, stderr } = made.atk("backup", "create", "web", "--to", "./a-file/");
    expect(code).toBe(1);
    expect(stderr).toContain("a-file");
    expect(seen(made)?.state).toBe("running");
  });

  it("is started by the next atk when the backup was killed", { timeout: 120_000 }, async () => {
    const made = world();
    for (let at = 0; at < 4; at += 1)
      made.write(`.atk/plugins/web/data/large-${at}`, Buffer.alloc(60_000_000, `${at}`));
    const child = made.start("backup", "create", "web");
    await until(() => isPaused(made), "a pause");
    await until(() => seen(made)?.state === "stopped", "the service to be down");
    child.kill("SIGKILL");
    await until(() => !processesOf(made).includes(child.pid ?? 0), "its end");
    expect(made.atk("status").stdout).toContain("stopped half way");
    const next = made.atk("apply", "--yes");
    expect(next.code, next.stderr).toBe(0);
    const listed = made.atk("backup", "create", "web");
    expect(listed.stderr + next.stderr).toContain("its service was started again");
    expect(seen(made)?.state).toBe("running");
  });
});

describe("a plugin with its own commands", () => {
  const BACKUP = 'backup: \'cp state "$ATK_BACKUP_DIR/dump" && echo "$API_TOKEN"\'';
  const RESTORE = "restore: 'cp \"$ATK_BACKUP_DIR/dump\" state'";
  const rest = `data:\n  ${BACKUP}\n  ${RESTORE}\nenv_vars: [{ name: API_TOKEN, secret: true }]\n`;

  it("is asked for its data and gets it back; secrets stay hidden", () => {
    const world = pluginHome("tool", rest);
    world.write(".atk/plugins/tool/.env", "API_TOKEN=tell-nobody-4711\n", 0o600);
    world.write(".atk/plugins/tool/state", "good");
    const made = world.atk("backup", "create", "tool");
    expect(made.code, made.stderr).toBe(0);
    expect(made.stderr + made.stdout).not.toContain("tell-nobody-4711");
    world.write(".atk/plugins/tool/state", "spoiled");
    const restored = world.atk("backup", "restore", "tool", "--yes");
    expect(restored.code, restored.stderr).toBe(0);
    expect(world.read(".atk/plugins/tool/state")).toBe("good");
    expect(readdirSync(world.path(".atk/plugins/tool")).filter((name) => name.startsWith(".atk-work"))).toEqual([]);
  });

  it("fails with what its command said", () => {
    const world = pluginHome("tool", "data: { backup: 'echo the disk is on fire; exit 3', restore: 'true' }\n");
    const { code, stderr } = world.atk("backup", "create", "tool");
    expect(code).toBe(1);
    expect(stderr).toContain("ended with exit code 3");
    expect(stderr).toContain("the disk is on fire");
    expect(world.atk("backup", "list").stderr).toContain("No backups yet");
  });
});

describe("a docker volume", () => {
  // No engine runs where the tests run. The double keeps volumes as folders and answers as docker does to these words.
  const DOCKER = `#!/bin/sh
d="$HOME/engine"
echo "$*" >> "$d/calls"
case "$1" in
  volume) [ -d "$d/volumes/$3" ] || { echo "Error response from daemon: get $3: no such volume" >&2; exit 1; } ;;
  ps) echo redis:7 ;;
  create) echo "\${3%%:*}" > "$d/made"; echo c0ffee ;;
  cp) v="$d/volumes/$(cat "$d/made")"
    if [ "$3" = - ] && [ "$2" != -a ]; then tar -C "$v" --transform 's,^\\.,atk-volume,S' -cf - . ; else tar -C "$v" --strip-components=1 -xpf - ; fi ;;
  rm) rm "$d/made" ;;
esac
`;

  it("is read and written by its engine, through a container that is never started", () => {
    const plain = pluginHome("db", "data: { volumes: [db-data] }\n");
    mkdirSync(plain.path("engine/volumes/db-data/sub"), { recursive: true });
    plain.write("bin/docker", DOCKER, 0o755);
    const world = plain.with({ PATH: `${plain.path("bin")}:${process.env["PATH"] ?? ""}` });
    world.write("engine/volumes/db-data/sub/rows", "1,2,3", 0o640);
    const made = world.atk("backup", "create", "db");
    expect(made.code, made.stderr).toBe(0);
    expect(world.atk("backup", "drill", "db").code).toBe(0);
    world.write("engine/volumes/db-data/sub/rows", "gone");
    const restored = world.atk("backup", "restore", "db", "--yes");
    expect(restored.code, restored.stderr).toBe(0);
    expect(world.read("engine/volumes/db-data/sub/rows")).toBe("1,2,3");
    const calls = world.read("engine/calls");
    expect(calls).toContain("create --volume db-data:/atk-volume:ro --entrypoint /bin/true redis:7");
    expect(calls).not.toMatch(/^(run|start) /m);
    expect(world.exists("engine/made")).toBe(false);
  });
});

describe("an upgrade that may not be taken back by the version alone", () => {
  const version = (number: string): string => `version: ${number}\ndata: { paths: [data] }\n`;

  function upgradeWorld(manifest = ""): World {
    const world = pluginHome("tool", version("1.4.0"), manifest);
    world.write(".atk/plugins/tool/data/db", "of version 1");
    world.write("src/tool/plugin.yaml", HEAD.replace("NAME", "tool") + version("2.0.0"));
    return world;
  }

  it("has its data kept before, and the log says as which backup", () => {
    const world = upgradeWorld();
    const { code, stderr } = world.atk("upgrade", "tool", "--yes");
    expect(code, stderr).toBe(0);
    const id = /kept as backup (\S+)/.exec(stderr)?.[1] ?? "none";
    expect(world.filesWith(`"snapshot":"tool/${id}"`).length).toBe(1);
    world.write(".atk/plugins/tool/data/db", "changed by version 2");
    const back = world.atk("upgrade", "tool", "--to", "previous", "--yes");
    expect(back.stderr).toContain(`atk backup restore tool --id ${id}`);
    expect(world.atk("backup", "restore", "tool", "--id", id, "--yes").code).toBe(0);
    expect(world.read(".atk/plugins/tool/data/db")).toBe("of version 1");
  });

  it("is undone with its data, and what was there since is kept", () => {
    const world = upgradeWorld();
    expect(world.atk("upgrade", "tool", "--yes").code).toBe(0);
    world.write(".atk/plugins/tool/data/db", "changed by version 2");
    const undone = world.atk("undo", "--yes");
    expect(undone.code, undone.stderr).toBe(0);
    expect(world.read(".atk/plugins/tool/data/db")).toBe("of version 1");
    expect(world.read(".atk/plugins/tool/plugin.yaml")).toContain("version: 1.4.0");
    const kept = /what was there is kept as backup (\S+)/.exec(undone.stderr)?.[1] ?? "none";
    expect(world.atk("backup", "restore", "tool", "--id", kept, "--yes").code).toBe(0);
    expect(world.read(".atk/plugins/tool/data/db")).toBe("changed by version 2");
  });

  it("has its data kept also when it comes by apply, and undo brings it back", () => {
    const world = upgradeWorld();
    expect(world.atk("lock", "tool", "--yes").code).toBe(0);
    const { code, stderr } = world.atk("apply", "--yes");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/tool: its data of before is kept as backup \S+/);
    world.write(".atk/plugins/tool/data/db", "changed by version 2");
    expect(world.atk("undo", "--yes").code).toBe(0);
    expect(world.read(".atk/plugins/tool/data/db")).toBe("of version 1");
  });

  it("does not happen when the backup fails", () => {
    const world = upgradeWorld(
      "backup_targets: { disk: { path: /nowhere/at/all } }\nbackups: { tool: { to: [disk] } }\n",
    );
    const { code, stderr } = world.atk("upgrade", "tool", "--yes");
    expect(code).toBe(1);
    expect(stderr).toContain("not upgraded: its data could not be backed up before");
    expect(world.read(".atk/plugins/tool/plugin.yaml")).toContain("1.4.0");
  });

  it("is not kept where the manifest says never", () => {
    const world = upgradeWorld("backups: { tool: { before_upgrade: never } }\n");
    expect(world.atk("upgrade", "tool", "--yes").code).toBe(0);
    expect(world.atk("backup", "list").stderr).toContain("No backups yet");
  });
});

it("a whole home with its data moves to a new machine with two commands", { timeout: 60_000 }, () => {
  const old = pluginHome(
    "tool",
    "data: { paths: [data] }\n",
    'backup_targets: { disk: { path: /DISK } }\nbackups: { tool: { to: [disk] }, notes: { data: ["~/notes"], to: [disk] } }\n',
  );
  old.write(".atk/atk.yaml", old.read(".atk/atk.yaml").replace("/DISK", old.path("disk")));
  old.write(".atk/plugins/tool/data/db", "everything");
  old.write("notes/today", "milk");
  old.git("add", "-A");
  old.git("commit", "-qm", "Backups");
  expect(old.atk("backup", "create", "--all").code).toBe(0);
  const fresh = createWorld();
  const first = fresh.atk("init", "--from", old.path(".atk"));
  expect(first.code, first.stderr).toBe(0);
  const restored = fresh.atk("backup", "restore", "--all", "--yes");
  expect(restored.code, restored.stderr).toBe(0);
  expect([fresh.read(".atk/plugins/tool/data/db"), fresh.read("notes/today")]).toEqual(["everything", "milk"]);
});
