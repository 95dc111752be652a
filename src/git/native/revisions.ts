import { namedPath } from "../named-paths.ts";
import { findCommit } from "./refs.ts";
import { records, type RunGit } from "./run-git.ts";

/** See `Git.resolveRevision`. A text that looks like an option is no revision. */
export async function resolveRevision(git: RunGit, text: string): Promise<string | undefined> {
  return text.startsWith("-") ? undefined : findCommit(git, text);
}

/** See `Git.commitAt`. */
export async function commitAt(git: RunGit, time: Date): Promise<string | undefined> {
  const args = ["rev-list", "--first-parent", "--max-count=1", `--before=${time.toISOString()}`, "HEAD"];
  const { stdout, exitCode } = await git({ task: "find the commit of a time", args, answers: [0, 128] });
  const id = stdout.trim();
  return exitCode !== 0 || id === "" ? undefined : id;
}

/** See `Git.filesAt`. */
export async function filesAt(
  git: RunGit,
  directory: string,
  { commit, folder }: { readonly commit: string; readonly folder: string },
): Promise<readonly string[]> {
  const args = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, `${namedPath(directory, folder)}/`];
  const { stdout, exitCode } = await git({ task: `list ${folder}`, args, answers: [0, 128] });
  return exitCode === 0 ? records(stdout) : [];
}
