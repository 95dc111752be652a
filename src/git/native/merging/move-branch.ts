import type { BranchMove } from "../../git-merging.ts";
import type { RunGit } from "../run-git.ts";
import { parsePorcelain } from "../porcelain.ts";
import { entriesAt } from "./trees.ts";
import { readRef } from "./refs.ts";
import { updateIndex } from "./write-commit.ts";

/** See `GitMerging.moveBranch`. The index first: a run that is killed between the two finds the branch where it was and does both again. */
export async function moveBranch(git: RunGit, move: BranchMove): Promise<boolean> {
  const ref = `refs/heads/${move.branch}`;
  const head = await git({ task: "read HEAD", args: ["symbolic-ref", "--quiet", "HEAD"], answers: [0, 1] });
  const now = await readRef(git, ref);
  if (head.stdout.trim() !== ref || (now !== move.from && now !== move.to)) return false;
  await fillIndex(git, move);
  if (now === move.to) return true;
  const args = ["update-ref", "-m", move.reason, ref, move.to, move.from];
  const { exitCode } = await git({ task: `move ${move.branch}`, args, answers: [0, 1, 128] });
  return exitCode === 0;
}

async function fillIndex(git: RunGit, { to, paths }: BranchMove): Promise<void> {
  if (paths.length === 0) return;
  const entries = await entriesAt(git, to);
  const lines = paths.map((path) => {
    const entry = entries.get(path);
    return entry === undefined ? `0 ${"0".repeat(to.length)}\t${path}` : `${entry.mode} ${entry.id}\t${path}`;
  });
  // What goes is named first: a file that becomes a folder would stand in its way.
  await updateIndex(
    git,
    lines.toSorted((a, b) => Number(b.startsWith("0 ")) - Number(a.startsWith("0 "))),
  );
  await git({ task: "refresh the index", args: ["update-index", "-q", "--refresh"], answers: [0, 1] });
}

/** See `GitMerging.dirtyPaths`. */
export async function dirtyPaths(git: RunGit): Promise<ReadonlySet<string>> {
  const options = ["--porcelain=v2", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all"];
  const { stdout } = await git({ task: "read what changed", args: ["status", ...options] });
  return new Set(parsePorcelain(stdout).entries.map(({ path }) => path));
}
