import { join } from "node:path";
import type { Host, ReadFiles } from "../../core/host.ts";
import type { CommitRequest } from "../git.ts";
import { identityOf } from "../identity.ts";
import { checkOnDisk, namedPaths, nestedError } from "../named-paths.ts";
import { checkNothingInProgress } from "../operation.ts";
import { chooseChanges, differsFromHead, type Choice } from "./changes.ts";
import { lastValue } from "../config.ts";
import { readConfig } from "./config.ts";
import { records, type RunGit } from "./run-git.ts";

/** The semantics of `git commit --only`, new files included. See `Git.commitPaths`. */
export async function commitPaths(
  host: Host,
  git: RunGit,
  directory: string,
  request: CommitRequest,
): Promise<string | undefined> {
  const named = namedPaths(directory, request.paths);
  if (named.length === 0) return undefined;
  await checkOnDisk(host.files, directory, named);
  await checkNothingInProgress(host.files, directory);
  await checkNoGitlink(host.files, git, { directory, named });
  const choice = await chooseChanges(git, directory, {
    named,
    includeIgnored: request.includeIgnored === true,
  });
  if (choice.all.length === 0) return undefined;
  const committed = await commitChosen(host, git, { choice, message: request.message });
  return committed ? commitId(git) : undefined;
}

interface GitlinkCheck {
  readonly directory: string;
  readonly named: readonly string[];
}

/** A folder that git lists as a link to another repository hides its files, and `git status` says nothing of them. */
async function checkNoGitlink(files: ReadFiles, git: RunGit, { directory, named }: GitlinkCheck): Promise<void> {
  const { stdout } = await git({ task: "list nested repositories", args: ["ls-files", "-z", "--stage"] });
  const links = records(stdout).flatMap((line) => /^160000 \S+ \d\t([^]*)$/.exec(line)?.[1] ?? []);
  for (const link of links) {
    const inside = named.find((path) => path === link || path.startsWith(`${link}/`));
    const isThere = inside !== undefined && (await files.stat(join(directory, link))) !== undefined;
    if (isThere) throw nestedError(inside, link, directory);
  }
}

interface ChosenCommit {
  readonly choice: Choice;
  readonly message: string;
}

/**
 * `--only` wants files that git knows, so new ones are announced first, and taken back when the commit is refused.
 * Gives false when git found nothing to commit: a file that was staged and put back to what HEAD has looks changed to `git status`.
 */
async function commitChosen(host: Host, git: RunGit, { choice, message }: ChosenCommit): Promise<boolean> {
  const env = await identityVariables(host, git);
  if (choice.added.length > 0) await announce(git, choice.added);
  try {
    await git({
      task: "commit",
      userHooks: true,
      args: ["commit", "--only", "--quiet", `--message=${message}`, "--pathspec-from-file=-", "--pathspec-file-nul"],
      input: pathspecs(choice.all),
      env,
    });
    return true;
  } catch (error) {
    const differs = await differsFromHead(git, choice.all);
    if (choice.added.length > 0) await forget(git, choice.added);
    if (differs) throw error;
    return false;
  }
}

async function announce(git: RunGit, paths: readonly string[]): Promise<void> {
  await git({
    task: "add new files",
    args: ["add", "--intent-to-add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"],
    input: zeroEnded(paths),
  });
}

export async function forget(git: RunGit, paths: readonly string[]): Promise<void> {
  await git({
    task: "take files out of the index",
    args: ["update-index", "--force-remove", "-z", "--stdin"],
    input: zeroEnded(paths),
  });
}

export async function commitId(git: RunGit): Promise<string> {
  const { stdout } = await git({ task: "read the new commit", args: ["rev-parse", "--verify", "HEAD"] });
  return stdout.trim();
}

/** Magic per path and not `--literal-pathspecs`: that option would reach the user's hooks through the environment. */
function pathspecs(paths: readonly string[]): string {
  return zeroEnded(paths.map((path) => `:(top,literal)${path}`));
}

function zeroEnded(paths: readonly string[]): string {
  return paths.map((path) => `${path}\0`).join("");
}

/** Environment that gives git the user's identity, completed by atk's. */
export async function identityVariables(host: Host, git: RunGit): Promise<Record<string, string>> {
  const config = await readConfig(git, "^(user|author|committer)\\.(name|email)$");
  const env = (name: string): string | undefined => host.machine.env[name];
  const setting = (name: string): string | undefined => lastValue(config, name);
  const author = identityOf("author", env, setting);
  const committer = identityOf("committer", env, setting);
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
  };
}
