import { describe, expect, it } from "vitest";
import { hasServer, KEYS, startServer } from "../backup/targets/s3-server.ts";
import { has } from "./backup-world.ts";
import { createWorld, initHome, type World } from "./world.ts";

const LIMIT_MS = 240_000;

/** A home that backs up ~/data to this target alone. */
function keptIn(target: string, more = ""): World {
  const world = createWorld();
  const backup = `{ data: ["~/data"], to: [away], keep: { last: 1 }${more} }`;
  const manifest = `plugins: []\nbackup_targets:\n  away: ${target}\nbackups:\n  mine: ${backup}\n`;
  initHome(world, ["cursor"], manifest);
  world.write("data/notes.txt", "first\n");
  return world;
}

/** Made, lost, verified, restored, looked for a second time and pruned. */
function goesAndComesBack(world: World): void {
  const made = world.atk("backup", "create", "mine");
  expect(made.code, made.stderr).toBe(0);
  world.write("data/notes.txt", "spoiled");
  const verified = world.atk("backup", "verify", "mine");
  expect(verified.code, verified.stderr).toBe(0);
  const restored = world.atk("backup", "restore", "mine", "--yes");
  expect(restored.code, restored.stderr).toBe(0);
  expect(world.read("data/notes.txt")).toBe("first\n");
  world.write("data/notes.txt", "second\n");
  expect(world.atk("backup", "create", "mine").code).toBe(0);
  const pruned = world.atk("backup", "prune");
  expect(pruned.code, pruned.stderr).toBe(0);
  const { backups } = JSON.parse(world.atk("backup", "list", "--json").stdout) as { backups: readonly Listed[] };
  // What was there before the restore is kept on this machine; of the two that were asked for, the newer one.
  expect(backups.map(({ reason, targets }) => [reason, ...targets])).toEqual([
    ["asked", "away"],
    ["before-restore", "local"],
  ]);
}

interface Listed {
  readonly reason: string;
  readonly targets: readonly string[];
}

describe("a backup that is kept elsewhere", () => {
  it.skipIf(!has("rclone"))(
    "goes to a remote of rclone, encrypted, and comes back",
    () => {
      const world = keptIn("{ rclone: ':local:../remote' }", ", encrypt: true");
      expect(world.atk("secret", "request", "--name", "here").code).toBe(0);
      goesAndComesBack(world);
    },
    LIMIT_MS,
  );

  it.skipIf(!has("restic"))(
    "goes to a repository of restic, with a password from a file, and comes back",
    () => {
      const world = keptIn("{ restic: ../vault, password: { file: ~/password } }");
      world.write("password", "correct horse\n");
      goesAndComesBack(world);
    },
    LIMIT_MS,
  );

  it.skipIf(!has("rclone") || !hasServer())(
    "goes to a bucket and comes back",
    async () => {
      const server = await startServer(["kept"]);
      try {
        const keys = `access_key: ${KEYS.access}, secret_key: { file: ~/key }`;
        const world = keptIn(`{ s3: { endpoint: "${server.endpoint}", bucket: kept, ${keys} } }`);
        world.write("key", `${KEYS.secret}\n`);
        goesAndComesBack(world);
      } finally {
        server.stop();
      }
    },
    LIMIT_MS,
  );
});
