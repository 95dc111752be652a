import type { Host } from "../../core/host.ts";
import { findGit } from "../choose-git.ts";
import { findCommit } from "../native/refs.ts";
import { createRunGit, type RunGit } from "../native/run-git.ts";

/** How far a commit is from another one, in commits. `unknown`: it is not in this repository. */
export type Distance =
  | { readonly state: "same" }
  | { readonly state: "behind" | "ahead"; readonly commits: number }
  | { readonly state: "diverged"; readonly ahead: number; readonly behind: number }
  | { readonly state: "unknown" };

/** Tells how far commits are from what the remote had when it was last fetched, or from HEAD where nothing is followed. */
export async function compareCommits(directory: string, host: Host): Promise<(commit: string) => Promise<Distance>> {
  const program = await findGit(host);
  if (program === undefined) return async () => ({ state: "unknown" });
  const git = createRunGit(host, program, directory);
  const reference = (await findCommit(git, "@{upstream}")) ?? (await findCommit(git, "HEAD"));
  const known = new Map<string, Promise<Distance>>();
  return (commit) => {
    const found = known.get(commit) ?? distance(commit, reference, git);
    known.set(commit, found);
    return found;
  };
}

async function distance(commit: string, reference: string | undefined, git: RunGit): Promise<Distance> {
  if (reference === undefined) return { state: "unknown" };
  const args = ["rev-list", "--left-right", "--count", `${commit}...${reference}`, "--"];
  const { stdout, exitCode } = await git({ task: "count commits", args, answers: [0, 128] });
  const [ahead = 0, behind = 0] = stdout.trim().split(/\s+/).map(Number);
  if (exitCode !== 0) return { state: "unknown" };
  if (ahead > 0 && behind > 0) return { state: "diverged", ahead, behind };
  if (ahead + behind === 0) return { state: "same" };
  return ahead > 0 ? { state: "ahead", commits: ahead } : { state: "behind", commits: behind };
}
