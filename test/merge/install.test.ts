import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureMergeDriver, installMergeDriver } from "../../src/app/merge/install-merge-driver.ts";
import { initialAttributes } from "../../src/git/attributes-file.ts";
import { createScratch, type Scratch } from "../git/scratch.ts";

let scratch: Scratch;

beforeEach(() => {
  scratch = createScratch();
  scratch.git("init", "-q");
});

afterEach(() => scratch.remove());

const driver = () => scratch.git("config", "--get", "merge.atk.driver").trim();
const attributeOf = (path: string) => scratch.git("check-attr", "merge", path).trim();

describe("the merge driver of a home", () => {
  it("is in the settings of the repository, once, and stays as it is the next time", async () => {
    scratch.write(".gitattributes", initialAttributes());
    await installMergeDriver(scratch.home, scratch.host());
    expect(driver()).toContain("atk git-merge-driver %O %A %B %P");
    const config = join(scratch.home, ".git", "config");
    const before = [readFileSync(config, "utf8"), statSync(config).mtimeMs];
    await installMergeDriver(scratch.home, scratch.host());
    expect([readFileSync(config, "utf8"), statSync(config).mtimeMs]).toEqual(before);
    expect(existsSync(join(scratch.home, ".git", "info", "attributes"))).toBe(false);
    for (const path of ["atk.yaml", "atk.lock", "atk.lock.d/npm/x.json", "secrets.yaml", ".gitignore"])
      expect(attributeOf(path)).toBe(`${path}: merge: atk`);
    expect(attributeOf("plugins/x/atk.yaml")).toBe("plugins/x/atk.yaml: merge: unspecified");
  });

  it("knows the files of an older home without touching what is committed", async () => {
    scratch.write(".git/info/attributes", "*.png binary");
    scratch.write(".gitattributes", "*.md text\n");
    await installMergeDriver(scratch.home, scratch.host());
    expect(attributeOf("atk.yaml")).toBe("atk.yaml: merge: atk");
    expect(readFileSync(join(scratch.home, ".gitattributes"), "utf8")).toBe("*.md text\n");
    expect(readFileSync(join(scratch.home, ".git", "info", "attributes"), "utf8")).toMatch(
      /^\*\.png binary\n\/atk\.yaml/,
    );
  });

  it("is set for a home that is a folder of a repository", async () => {
    const home = join(scratch.home, "dotfiles", "atk");
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, ".gitattributes"), initialAttributes());
    await installMergeDriver(home, scratch.host());
    expect(driver()).toContain("atk git-merge-driver");
    expect(attributeOf("dotfiles/atk/atk.yaml")).toBe("dotfiles/atk/atk.yaml: merge: atk");
  });

  it("is not set for a project, nor where there is no repository", async () => {
    const workspace = { scope: "project", directory: scratch.home } as never;
    await ensureMergeDriver({ host: scratch.host(), workspace });
    expect(() => driver()).toThrow();
    await installMergeDriver(scratch.root, scratch.host());
  });
});
