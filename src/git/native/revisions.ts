import type { CommittedFile } from "../git.ts";
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
): Promise<readonly CommittedFile[]> {
  const args = ["ls-tree", "-r", "-z", "--full-tree", commit, `${namedPath(directory, folder)}/`];
  const { stdout, exitCode } = await git({ task: `list ${folder}`, args, answers: [0, 128] });
  return exitCode === 0 ? records(stdout).flatMap(fileOf) : [];
}

/** `<mode> SP <type> SP <id> TAB <path>`; nested repositories are no files. (git-ls-tree(1)) */
function fileOf(line: string): readonly CommittedFile[] {
  const [, mode, path] = /^(\d+) blob [0-9a-f]+\t(.*)$/s.exec(line) ?? [];
  if (mode === undefined || path === undefined) return [];
  return [{ path, type: mode === "120000" ? "link" : "file", executable: mode === "100755" }];
}
