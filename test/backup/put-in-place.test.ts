import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { putInPlace } from "../../src/backup/restore/put-in-place.ts";
import { moveAcross } from "../../src/backup/restore/move-across.ts";

const SHARED = "/dev/shm";
let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "atk-put-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function staged(content: string, place = folder): string {
  const path = join(mkdtempSync(join(place, "staged-")), "0");
  writeFileSync(path, content);
  return path;
}

it("a folder in the way is moved aside each time, under a name that is free", async () => {
  const path = join(folder, "a");
  for (const word of ["one", "two"]) {
    mkdirSync(path);
    writeFileSync(join(path, "mine"), word);
    await putInPlace([{ do: "move", from: staged("kept"), path, away: `${path}.before` }]);
    expect(readFileSync(path, "utf8")).toBe("kept");
    rmSync(path);
  }
  expect(readFileSync(`${path}.before/mine`, "utf8")).toBe("one");
  expect(readFileSync(`${path}.before-2/mine`, "utf8")).toBe("two");
});

it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
  "a folder that its owner may not write to takes its files back",
  async () => {
    const closed = join(folder, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    await putInPlace([{ do: "move", from: staged("kept"), path: join(closed, "a"), away: "" }]);
    expect(readFileSync(join(closed, "a"), "utf8")).toBe("kept");
  },
);

it.skipIf(!existsSync(SHARED) || statSync(SHARED).dev === statSync(tmpdir()).dev)(
  "a file goes to a disk that is mounted inside of the data with its mode and time",
  async () => {
    const other = mkdtempSync(join(SHARED, "atk-put-"));
    try {
      const [from, path] = [staged("kept"), join(other, "a")];
      chmodSync(from, 0o640);
      const { mtimeMs } = lstatSync(from);
      writeFileSync(path, "spoiled");
      await putInPlace([{ do: "move", from, path, away: "" }]);
      expect(readFileSync(path, "utf8")).toBe("kept");
      expect(lstatSync(path)).toMatchObject({ mode: 0o100640 });
      expect(Math.abs(lstatSync(path).mtimeMs - mtimeMs)).toBeLessThan(1);
      expect(existsSync(from)).toBe(false);
    } finally {
      rmSync(other, { recursive: true });
    }
  },
);

it("moving to another disk goes on after it was stopped half way", () => {
  const [from, path] = [staged("kept"), join(folder, "a")];
  writeFileSync(join(folder, ".atk-work-0"), "half");
  moveAcross(from, path);
  expect(readFileSync(path, "utf8")).toBe("kept");
  expect(existsSync(join(folder, ".atk-work-0"))).toBe(false);
});
