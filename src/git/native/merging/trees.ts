import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../../core/host.ts";
import type { ThreeTexts, TreeEntry } from "../../git-merging.ts";
import { records, type RunGit } from "../run-git.ts";

/** See `GitMerging.mergeBase`. 1: none. */
export async function mergeBase(git: RunGit, one: string, other: string): Promise<string | undefined> {
  const args = ["merge-base", one, other];
  const { stdout, exitCode } = await git({ task: "find the common ancestor", args, answers: [0, 1] });
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** See `GitMerging.countCommits`. */
export async function countCommits(git: RunGit, from: string | undefined, to: string): Promise<number> {
  const range = from === undefined ? [to] : [to, `^${from}`];
  const { stdout } = await git({ task: "count commits", args: ["rev-list", "--count", ...range, "--"] });
  return Number(stdout.trim());
}

/** See `GitMerging.entriesAt`. Records: `<mode> SP <type> SP <id> TAB <path>`. */
export async function entriesAt(git: RunGit, commit: string): Promise<ReadonlyMap<string, TreeEntry>> {
  const { stdout } = await git({ task: `list ${commit}`, args: ["ls-tree", "-r", "-z", "--full-tree", commit] });
  const entries = new Map<string, TreeEntry>();
  for (const record of records(stdout)) {
    const [, mode, id, path] = /^(\d+) \S+ ([0-9a-f]+)\t([^]*)$/.exec(record) ?? [];
    if (mode !== undefined && id !== undefined && path !== undefined) entries.set(path, { mode, id });
  }
  return entries;
}

/** See `GitMerging.blobText`. */
export async function blobText(git: RunGit, id: string): Promise<string | undefined> {
  const { stdout } = await git({ task: "read a file of a commit", args: ["cat-file", "blob", id] });
  return /[\uFFFD\0]/.test(stdout) ? undefined : stdout;
}

/** See `GitMerging.mergeTexts`. Exit code: the number of conflicts, at most 127; from 128 on a fault. (git-merge-file(1)) */
export async function mergeTexts(host: Host, git: RunGit, texts: ThreeTexts): Promise<string | undefined> {
  const folder = join(tmpdir(), `atk-merge-${randomUUID()}`);
  const { files } = host;
  const names = ["ours", "base", "theirs"] as const;
  await files.makeDirectory(folder, 0o700);
  try {
    for (const name of names) await files.create(join(folder, name), new TextEncoder().encode(texts[name]), 0o600);
    const args = ["merge-file", "-p", "-q", ...names.map((name) => join(folder, name))];
    const answers = Array.from({ length: 128 }, (_, code) => code);
    const { stdout, exitCode } = await git({ task: "merge a file", args, answers });
    return exitCode === 0 ? stdout : undefined;
  } finally {
    for (const name of names) await files.unlink(join(folder, name)).catch(() => undefined);
    await files.removeDirectory(folder);
  }
}
