import { join } from "node:path";
import type { Files, Host } from "../../../core/host.ts";
import type { CheckedOut } from "../../git-merging.ts";
import type { RunGit } from "../run-git.ts";
import { withIndex } from "./write-commit.ts";

/** See `GitMerging.checkedOut`. git itself writes the files, below a scratch folder, so that every filter has done its part. */
export async function checkedOut(
  host: Host,
  git: RunGit,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, CheckedOut>> {
  if (paths.length === 0) return new Map();
  return withIndex(host, git, commit, async (inIndex, folder) => {
    const into = join(folder, "files");
    await host.files.makeDirectory(into, 0o700);
    try {
      const args = ["checkout-index", "--quiet", "--force", "-z", "--stdin", `--prefix=${into}/`];
      await inIndex({ task: "write files", args, input: paths.map((path) => `${path}\0`).join("") });
      const found = await Promise.all(
        paths.map(async (path) => [path, await take(join(into, path), host.files)] as const),
      );
      return new Map(found.flatMap(([path, file]) => (file === undefined ? [] : [[path, file] as const])));
    } finally {
      await removeTree(into, host.files);
    }
  });
}

async function take(path: string, files: Files): Promise<CheckedOut | undefined> {
  const stat = await files.stat(path);
  if (stat?.type === "link") return { type: "link", target: (await files.readLink(path)) ?? "" };
  if (stat?.type !== "file") return undefined;
  const bytes = (await files.read(path)) ?? new Uint8Array();
  return { type: "file", bytes, isExecutable: (stat.mode & 0o100) !== 0 };
}

async function removeTree(path: string, files: Files): Promise<void> {
  for (const { name, type } of (await files.list(path)) ?? []) {
    if (type === "directory") await removeTree(join(path, name), files);
    else await files.unlink(join(path, name));
  }
  await files.removeDirectory(path);
}
