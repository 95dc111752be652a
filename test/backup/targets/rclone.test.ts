import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRclone } from "../../../src/backup/targets/rclone.ts";
import { bytesOf, pieces, targetLaws } from "./target-laws.ts";
import { depsWith, isInstalled, newFolder } from "./world.ts";

describe.skipIf(!isInstalled("rclone"))("a remote of rclone keeps backups", () => {
  targetLaws(async () => ({
    target: await openRclone("drive", { type: "rclone", remote: `:local:${join(newFolder(), "atk")}` }, depsWith()),
    gone: () => openRclone("drive", { type: "rclone", remote: "nowhere:atk" }, depsWith()),
  }));

  it("is given as a folder, as a remote alone, or with a slash at its end", async () => {
    for (const remote of [newFolder(), `:local:${newFolder()}/`, ":memory:"]) {
      const target = await openRclone("drive", { type: "rclone", remote }, depsWith());
      if (remote !== ":memory:") {
        await target.write("a/1", pieces(Buffer.from("one")));
        expect((await bytesOf(target.read("a/1"))).toString()).toBe("one");
      }
    }
  });
});

describe("a remote of rclone", () => {
  it("that rclone would take for an option is refused", async () => {
    const opening = openRclone("drive", { type: "rclone", remote: "--config=/etc/passwd" }, depsWith());
    await expect(opening).rejects.toMatchObject({ code: "E_BACKUP" });
  });

  it("needs rclone, and says how to get it", async () => {
    const deps = depsWith();
    const without = {
      ...deps,
      host: { ...deps.host, programs: { ...deps.host.programs, find: async () => undefined } },
    };
    const opening = openRclone("drive", { type: "rclone", remote: "drive:" }, without);
    await expect(opening).rejects.toMatchObject({
      code: "E_PROGRAM",
      hint: expect.stringContaining("apt install rclone"),
    });
  });
});
