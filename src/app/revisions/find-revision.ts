import { AtkError } from "../../core/errors.ts";
import type { Git } from "../../git/git.ts";
import type { Context } from "../context.ts";
import { openGit } from "../open-git.ts";
import { readTime } from "./read-time.ts";

/** A commit of the manifest's repository. */
export interface Revision {
  readonly git: Git;
  /** Full id. */
  readonly commit: string;
}

/**
 * The commit that a text means: a branch, tag or id (`HEAD~2` too), or else the newest one that was there at a time.
 * @throws AtkError E_GIT when there is no repository, no such commit, or none so early.
 */
export async function findRevision(text: string, context: Context): Promise<Revision> {
  const git = await openGit(context);
  if (git === undefined)
    throw new AtkError("E_GIT", `${context.workspace.directory} is not in a git repository, so it has no revisions`, {
      hint: "git init there, or atk init for a home",
    });
  const named = await git.resolveRevision(text);
  if (named !== undefined) return { git, commit: named };
  const time = readTime(text, context.host.now());
  const commit = time === undefined ? undefined : await git.commitAt(time);
  if (commit !== undefined) return { git, commit };
  const what =
    time === undefined
      ? `there is no commit, tag, branch or time ${JSON.stringify(text)}`
      : `there was no commit yet at ${time.toISOString()}`;
  throw new AtkError("E_GIT", what, {
    at: { file: context.workspace.directory },
    hint: `git -C ${context.workspace.directory} log --oneline; times are like 2026-11-20, yesterday, "2 days ago"`,
  });
}

/** A text file as it was; undefined when it was not there. */
export async function textAt({ git, commit }: Revision, path: string): Promise<string | undefined> {
  const bytes = await git.readFileAt(commit, path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
