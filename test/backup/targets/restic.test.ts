import { randomBytes } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Target } from "../../../src/backup/target.ts";
import { openRestic } from "../../../src/backup/targets/restic.ts";
import { bytesOf, pieces, targetLaws } from "./target-laws.ts";
import { depsWith, isInstalled, newFolder } from "./world.ts";

const PASSWORD = "correct horse battery staple";

function open(repository: string, password = PASSWORD): Promise<Target> {
  const reference = { secret: "RESTIC" };
  return openRestic(
    "vault",
    { type: "restic", repository, password: reference, env: {} },
    depsWith({ RESTIC: password }),
  );
}

describe.skipIf(!isInstalled("restic"))("a restic repository keeps backups", () => {
  targetLaws(async () => ({
    target: await open(join(newFolder(), "repository")),
    gone: () => open(join(newFolder(), "not-mounted/repository")),
  }));

  it("keeps equal parts once: the same data again adds little", async () => {
    const place = join(newFolder(), "repository");
    const target = await open(place);
    const data = randomBytes(20 * 1024 * 1024);
    await target.write("a/1", pieces(data));
    const once = sizeOf(place);
    await target.write("a/2", pieces(data));
    expect((await bytesOf(target.read("a/2"))).equals(data)).toBe(true);
    expect(sizeOf(place) - once).toBeLessThan(once / 100);
  }, 60_000);

  it("gives the space back when nothing needs it any more", async () => {
    const place = join(newFolder(), "repository");
    const target = await open(place);
    await target.write("a/1", pieces(randomBytes(5 * 1024 * 1024)));
    await target.remove("a/1");
    expect(sizeOf(place)).toBeLessThan(100_000);
  }, 60_000);

  it("does not open with another password, and says so without showing it", async () => {
    const place = join(newFolder(), "repository");
    await (await open(place)).write("a/1", pieces(Buffer.from("one")));
    const wrong = await open(place, "another-Passw0rd");
    const asks = [
      () => wrong.list(""),
      () => wrong.write("a/2", pieces(Buffer.from("two"))),
      () => bytesOf(wrong.read("a/1")),
    ];
    for (const ask of asks) {
      const error = await ask().catch((each: unknown) => each as Error);
      expect(error).toMatchObject({ code: "E_BACKUP", hint: expect.stringContaining("password") });
      expect(String(error)).not.toContain("another-Passw0rd");
    }
  }, 60_000);
});

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => statSync(join(folder, name)));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
