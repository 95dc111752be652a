import type { Host } from "../../core/host.ts";
import { findGit } from "../../git/choose-git.ts";
import { createRunGit, type RunGit } from "../../git/native/run-git.ts";

/** The commits that git is merging. */
export interface MergingCommits {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  /** The text of a file in one of them; undefined: it is not there. */
  read(commit: string, path: string): Promise<string | undefined>;
}

/** What git has handed to the driver: a path, relative to the top, and its two texts. */
export interface Handed {
  readonly path: string;
  readonly ours: string;
  readonly theirs: string;
}

/**
 * git does not tell a driver which commits it merges, and the index says nothing before the merge is over. So the commits that it
 * may be are looked at: those where the handed texts are. Undefined when none is right, e.g. for a merge of two bases.
 * (`git merge` names the other commit in a variable: git, builtin/merge.c, GITHEAD_<id>.)
 */
export async function mergingCommits(handed: Handed, host: Host): Promise<MergingCommits | undefined> {
  const program = await findGit(host);
  if (program === undefined) return undefined;
  const git = createRunGit(host, program, host.machine.workingDirectory);
  if ((await textAt(git, "HEAD", handed.path)) !== handed.ours) return undefined;
  for (const { commit, base } of await candidates(git, host)) {
    if ((await textAt(git, commit, handed.path)) !== handed.theirs) continue;
    const found = base ?? (await mergeBase(git, commit));
    if (found !== undefined)
      return { base: found, ours: "HEAD", theirs: commit, read: (from, path) => textAt(git, from, path) };
  }
  return undefined;
}

interface Candidate {
  readonly commit: string;
  /** Absent: where the two histories part. */
  readonly base?: string;
}

async function candidates(git: RunGit, { machine, files }: Host): Promise<readonly Candidate[]> {
  const merged = Object.keys(machine.env).flatMap((name) => /^GITHEAD_([0-9a-f]{40,64})$/.exec(name)?.[1] ?? []);
  const picked = ["CHERRY_PICK_HEAD", "REBASE_HEAD", ...(await rebasing(git, files))];
  return [
    ...merged.map((commit) => ({ commit })),
    { commit: "MERGE_HEAD" },
    ...picked.map((commit) => ({ commit, base: `${commit}^` })),
  ];
}

/** The commit that a rebase is at: the last line of what is done. (git, sequencer.c) */
async function rebasing(git: RunGit, files: Host["files"]): Promise<readonly string[]> {
  const { stdout } = await git({
    task: "look for a rebase",
    args: ["rev-parse", "--path-format=absolute", "--git-path", "rebase-merge/done"],
    answers: [0, 128, 129],
  });
  const bytes = await files.read(stdout.trim());
  const last = bytes === undefined ? "" : (new TextDecoder().decode(bytes).trim().split("\n").at(-1) ?? "");
  const commit = /^\S+ (?:-[cC] )?([0-9a-f]{7,64})/.exec(last)?.[1];
  return commit === undefined ? [] : [commit];
}

async function mergeBase(git: RunGit, commit: string): Promise<string | undefined> {
  const { stdout, exitCode } = await git({
    task: "find where the histories part",
    args: ["merge-base", "HEAD", commit],
    answers: [0, 1, 128],
  });
  const found = stdout.trim();
  return exitCode === 0 && found !== "" ? found : undefined;
}

async function textAt(git: RunGit, commit: string, path: string): Promise<string | undefined> {
  const { stdout, exitCode } = await git({
    task: "read a file of a commit",
    args: ["show", `${commit}:${path}`],
    answers: [0, 128],
  });
  return exitCode === 0 ? stdout : undefined;
}
