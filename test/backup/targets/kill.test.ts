import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { openTarget } from "../../../src/backup/open-target.ts";
import type { BackupTarget } from "../../../src/manifest/upkeep.ts";
import { pieces } from "./target-laws.ts";
import { depsWith, isInstalled, newFolder } from "./world.ts";

const LIMIT_MS = 60_000;
const bundle = join(newFolder(), "kill-child.mjs");

beforeAll(async () => {
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  const entryPoints = [join(import.meta.dirname, "kill-child.ts")];
  await build({
    entryPoints,
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    banner,
    logLevel: "error",
  });
});

/** Writes to it without an end, and is killed in the midst of it. */
async function killedWriter(target: BackupTarget): Promise<void> {
  const child = spawn(process.execPath, [bundle, JSON.stringify(target), newFolder()], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "close");
}

const namesIn = (folder: string): readonly string[] => readdirSync(folder, { recursive: true, encoding: "utf8" });

describe.skipIf(!isInstalled("rclone"))("a writer to rclone that is killed", () => {
  it(
    "leaves nothing to be seen, and what it left is gone when something is removed days later",
    async () => {
      const place = newFolder();
      const form: BackupTarget = { type: "rclone", remote: `:local:${place}` };
      await killedWriter(form);
      const target = await openTarget("drive", form, depsWith());
      const part = await vi.waitUntil(() => namesIn(place).find((name) => name.includes(".part-")), {
        timeout: 20_000,
      });
      expect(await target.list("")).toEqual([]);
      await target.write("notes/2/data", pieces(Buffer.from("whole")));
      await target.write("notes/3/data", pieces(Buffer.from("whole")));
      await target.remove("notes/2/data");
      expect(namesIn(place)).toContain(part);
      utimesSync(join(place, part), 0, 0);
      await target.remove("notes/2/data");
      expect(namesIn(place)).not.toContain(part);
      expect(await target.list("")).toEqual([{ path: "notes/3/data", size: 5 }]);
    },
    LIMIT_MS,
  );
});

describe.skipIf(!isInstalled("restic"))("a writer to restic that is killed", () => {
  it(
    "leaves nothing to be seen, and a lock that is in no writer's way",
    async () => {
      const place = join(newFolder(), "repository");
      const form: BackupTarget = { type: "restic", repository: place, password: { secret: "WORD" }, env: {} };
      await killedWriter(form);
      const target = await openTarget("vault", form, depsWith({ WORD: "of no use" }));
      expect(await target.list("")).toEqual([]);
      await target.write("notes/1/data", pieces(Buffer.from("whole")));
      expect(await target.list("")).toEqual([{ path: "notes/1/data", size: 5 }]);
    },
    LIMIT_MS,
  );

  it(
    "leaves what is taken away when something is removed days later",
    async () => {
      const place = join(newFolder(), "repository");
      const form: BackupTarget = { type: "restic", repository: place, password: { secret: "WORD" }, env: {} };
      const target = await openTarget("vault", form, depsWith({ WORD: "of no use" }));
      await target.write("notes/1/data", pieces(Buffer.from("whole")));
      const left = ["backup", "--stdin", "--host=atk", "--tag=atk-data", "--time=2020-01-01 00:00:00"];
      const env = { ...process.env, RESTIC_REPOSITORY: place, RESTIC_PASSWORD: "of no use" };
      expect(spawnSync("restic", left, { env, input: "a part of it" }).status).toBe(0);
      expect(readdirSync(join(place, "snapshots"))).toHaveLength(3);
      await target.remove("notes/1/data");
      expect(readdirSync(join(place, "snapshots"))).toEqual([]);
    },
    LIMIT_MS,
  );
});
