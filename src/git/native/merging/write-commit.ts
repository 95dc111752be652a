import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../../core/host.ts";
import { lastValue } from "../../config.ts";
import type { TreeCommit, TreeEdit } from "../../git-merging.ts";
import { identityVariables } from "../commit.ts";
import { readConfig } from "../config.ts";
import type { RunGit } from "../run-git.ts";

/** See `GitMerging.writeCommit`. */
export async function writeCommit(host: Host, git: RunGit, request: TreeCommit): Promise<string> {
  const tree = await withIndex(host, git, request.base, async (inIndex) => {
    const lines = await Promise.all(
      [...request.edits].map(async ([path, edit]) => indexLine(git, path, edit, request.base)),
    );
    if (lines.length > 0) await updateIndex(inIndex, lines);
    return (await inIndex({ task: "write a tree", args: ["write-tree"] })).stdout.trim();
  });
  const parents = request.parents.flatMap((parent) => ["-p", parent]);
  const config = await readConfig(git, "^commit\\.gpgsign$");
  const signs = /^(true|yes|on|1)$/i.test(lastValue(config, "commit.gpgsign") ?? "");
  const { stdout } = await git({
    task: "write a commit",
    args: ["commit-tree", ...(signs ? ["-S"] : []), tree, ...parents],
    input: `${request.message}\n`,
    env: await identityVariables(host, git),
  });
  return stdout.trim();
}

/** Format of `git update-index --index-info`: `<mode> SP <id> TAB <path>`; mode 0 takes the path away. */
async function indexLine(git: RunGit, path: string, edit: TreeEdit, { length }: string): Promise<string> {
  if (edit === undefined) return `0 ${"0".repeat(length)}\t${path}`;
  if ("id" in edit) return `${edit.mode} ${edit.id}\t${path}`;
  const args = ["hash-object", "-w", "--stdin"];
  const { stdout } = await git({ task: `store ${path}`, args, input: edit.text });
  return `${edit.mode} ${stdout.trim()}\t${path}`;
}

export async function updateIndex(git: RunGit, lines: readonly string[]): Promise<void> {
  const input = lines.map((line) => `${line}\0`).join("");
  await git({ task: "update the index", args: ["update-index", "-z", "--index-info"], input });
}

/** Runs a job with an index of its own that holds a commit; the user's is not touched. */
export async function withIndex<T>(
  host: Host,
  git: RunGit,
  commit: string,
  job: (inIndex: RunGit, folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(tmpdir(), `atk-index-${randomUUID()}`);
  const file = join(folder, "index");
  await host.files.makeDirectory(folder, 0o700);
  const inIndex: RunGit = async (call) => git({ ...call, env: { ...call.env, GIT_INDEX_FILE: file } });
  try {
    await inIndex({ task: `read ${commit}`, args: ["read-tree", commit] });
    return await job(inIndex, folder);
  } finally {
    for (const name of ["index", "index.lock"])
      if ((await host.files.stat(join(folder, name))) !== undefined) await host.files.unlink(join(folder, name));
    await host.files.removeDirectory(folder);
  }
}
