import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Host } from "../../core/host.ts";
import type { CommitRequest } from "../git.ts";
import { namedPaths } from "../named-paths.ts";
import { checkNothingInProgress, noRepository } from "../operation.ts";
import { gitDirectory } from "../repository.ts";
import { commitId, forget, identityVariables } from "./commit.ts";
import { records, type RunGit } from "./run-git.ts";

/**
 * `git commit --only` reads the files again, so it cannot commit that a file stays but leaves git. The commit is made from an
 * index of its own (HEAD without the paths); the user's index loses only those paths. It loses them first: when atk is
 * stopped in between, the secret is out of the index, not in it.
 */
export async function untrack(
  host: Host,
  git: RunGit,
  directory: string,
  request: CommitRequest,
): Promise<string | undefined> {
  const named = namedPaths(directory, request.paths);
  await checkNothingInProgress(host.files, directory);
  const tracked = await knownPaths(git, named);
  if (tracked.length > 0) await forget(git, tracked);
  const committed = await inHead(git, named);
  if (committed.length === 0) return undefined;
  const gitDir = await gitDirectory(host.files, directory);
  if (gitDir === undefined) throw noRepository(directory);
  const index = join(gitDir, `atk-index-${randomUUID()}`);
  try {
    await commitWithout(host, git, { index, paths: committed, message: request.message });
  } finally {
    await removeIfThere(host, index);
  }
  return commitId(git);
}

interface Removal {
  readonly index: string;
  readonly paths: readonly string[];
  readonly message: string;
}

async function commitWithout(host: Host, git: RunGit, { index, paths, message }: Removal): Promise<void> {
  const env = { GIT_INDEX_FILE: index };
  await git({ task: "read HEAD", args: ["read-tree", "HEAD"], env });
  const input = paths.map((path) => `${path}\0`).join("");
  await git({
    task: "take files out",
    args: ["update-index", "--force-remove", "-z", "--stdin"],
    input,
    env,
  });
  await git({
    task: "commit",
    userHooks: true,
    args: ["commit", "--quiet", `--message=${message}`],
    env: { ...(await identityVariables(host, git)), ...env },
  });
}

async function removeIfThere(host: Host, path: string): Promise<void> {
  if ((await host.files.stat(path)) !== undefined) await host.files.unlink(path);
}

async function knownPaths(git: RunGit, named: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await git({
    task: "list tracked files",
    args: ["ls-files", "-z", "--cached", "--", ...named],
  });
  return records(stdout);
}

/** 128: there is no commit yet. */
async function inHead(git: RunGit, named: readonly string[]): Promise<readonly string[]> {
  const args = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", "--end-of-options", "HEAD", ...named];
  const { stdout, exitCode } = await git({ task: "list committed files", args, answers: [0, 128] });
  return exitCode === 0 ? records(stdout) : [];
}
