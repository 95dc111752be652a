import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Files } from "../../src/core/host.ts";
import type { FileChange } from "../../src/host/file-change.ts";
import { nodeFiles } from "../../src/host/node-files.ts";
import { prepare } from "../../src/log/transaction.ts";
import { ABSENT, fileWith, link, remove, write } from "./changes.ts";
import { refusingFiles } from "./faulty-files.ts";
import { apply, CLAUDE, CODEX, HOME, host, NEW, start, STATE } from "./memory-home.ts";

const JOURNAL = `${STATE}/journal.jsonl`;

interface Watched {
  readonly files: Files;
  /** What the journal said, with the directories whose names could still be lost by a power cut at that moment. */
  readonly said: { readonly phase: string; readonly unsynced: readonly string[] }[];
}

function watchNames(files: Files): Watched {
  const unsynced = new Set<string>();
  const said: { phase: string; unsynced: readonly string[] }[] = [];
  const touch = (...paths: readonly string[]): void => paths.forEach((path) => void unsynced.add(dirname(path)));
  const watched: Files = {
    ...files,
    create: (path, bytes, mode) => (touch(path), files.create(path, bytes, mode)),
    rename: (from, to) => (touch(from, to), files.rename(from, to)),
    hardLink: (from, to) => (touch(to), files.hardLink(from, to)),
    symlink: (target, path) => (touch(path), files.symlink(target, path)),
    unlink: (path) => (touch(path), files.unlink(path)),
    makeDirectory: (path, mode) => (touch(path), files.makeDirectory(path, mode)),
    removeDirectory: (path) => (touch(path), unsynced.delete(path), files.removeDirectory(path)),
    syncDirectory: (path) => (unsynced.delete(path), files.syncDirectory(path)),
    append: (path, bytes, mode) => {
      const phase = /"phase":"(\w+)"/.exec(new TextDecoder().decode(bytes))?.[1];
      if (path === JOURNAL && phase !== undefined) said.push({ phase, unsynced: [...unsynced] });
      return files.append(path, bytes, mode);
    },
  };
  return { files: watched, said };
}

const CHANGES: readonly FileChange[] = [
  NEW,
  write(CODEX, "x", ABSENT),
  link(`${HOME}/skills/review`, "there", ABSENT),
  remove(`${HOME}/old/file`, fileWith("old")),
  { type: "remove-directory", path: `${HOME}/old` },
];

function unsyncedOutside(folder: string, { said }: Watched, phase: string): readonly string[] | undefined {
  return said.find((each) => each.phase === phase)?.unsynced.filter((path) => !path.startsWith(folder));
}

describe("a power cut", () => {
  const world = () => host({ [CLAUDE]: "old\n", [`${HOME}/old/file`]: "old" });

  it("after the journal says `staged` loses no staged file and no original", async () => {
    const watched = watchNames(world().files);
    await start(watched.files, ...CHANGES);
    // The directories above the state directory are made once, long before anything depends on them.
    const unsynced = unsyncedOutside("-", watched, "staged") ?? ["never said"];
    expect(unsynced.filter((path) => path === HOME || path.startsWith(STATE))).toEqual([]);
  });

  it("after the journal says `renamed` loses no change", async () => {
    const watched = watchNames(world().files);
    await apply(watched.files, ...CHANGES);
    expect(unsyncedOutside(`${HOME}/.local`, watched, "renamed")).toEqual([]);
  });

  it("after everything was put back does not bring the changes back", async () => {
    const watched = watchNames(world().files);
    const transaction = await start(watched.files, ...CHANGES);
    await transaction.commit();
    await transaction.rollBack();
    expect(unsyncedOutside(`${HOME}/.local`, watched, "closed")).toEqual([]);
  });
});

describe("on a real disk, under the process's own mask", () => {
  const scratch = mkdtempSync(join(tmpdir(), "atk-real-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

  it.each([true, false])(
    "a file keeps bits that the mask would take, through commit and back (hard links: %s)",
    async (hasHardLinks) => {
      const home = mkdtempSync(join(scratch, "home-"));
      const path = join(home, "shared.json");
      writeFileSync(path, "old");
      chmodSync(path, 0o666);
      const files = hasHardLinks ? nodeFiles() : refusingFiles(nodeFiles(), "EXDEV", (call) => call === "hardLink");
      const context = { files, directory: join(home, "state"), now: () => new Date() };
      const transaction = await prepare(
        { label: "x", changes: [write(path, "new", fileWith("old"))], note: null },
        context,
      );
      await transaction.commit();
      expect(modeOf(path)).toBe("666");
      await transaction.rollBack();
      expect(modeOf(path)).toBe("666");
    },
  );
});
