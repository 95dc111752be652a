import { join } from "node:path";
import { describe } from "vitest";
import { openPath } from "../../../src/backup/targets/path.ts";
import { targetLaws } from "./target-laws.ts";
import { depsWith, newFolder } from "./world.ts";

describe("a folder keeps backups", () => {
  targetLaws(async () => ({
    target: await openPath("disk", { type: "path", path: join(newFolder(), "atk") }, depsWith()),
    gone: () => openPath("disk", { type: "path", path: join(newFolder(), "not-mounted/atk") }, depsWith()),
  }));
});
