import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { removeTree } from "../../src/app/backup/remove-tree.ts";

it("a tree with folders that nobody may write to goes, and what a link in it leads to stays", async () => {
  const folder = mkdtempSync(join(tmpdir(), "atk-remove-"));
  const tree = join(folder, "tree");
  mkdirSync(join(tree, "a/b"), { recursive: true });
  writeFileSync(join(tree, "a/b/file"), "");
  writeFileSync(join(folder, "mine"), "");
  symlinkSync("../../mine", join(tree, "a/link"));
  for (const path of ["a/b", "a"]) chmodSync(join(tree, path), 0o555);
  await removeTree(tree);
  expect([existsSync(tree), existsSync(join(folder, "mine"))]).toEqual([false, true]);
  await removeTree(folder);
});
