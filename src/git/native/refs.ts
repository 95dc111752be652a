import { AtkError } from "../../core/errors.ts";
import { maskUrl } from "../git-error.ts";
import type { RunGit } from "./run-git.ts";

/** Full id of the commit that a name, tag or short id stands for. Ids of more than one commit, and no commit: undefined. */
export async function findCommit(git: RunGit, name: string): Promise<string | undefined> {
  const args = ["rev-parse", "--quiet", "--verify", `${name}^{commit}`];
  const { stdout, exitCode } = await git({ task: `find ${name}`, args, answers: [0, 1, 128] });
  return exitCode === 0 ? stdout.trim() : undefined;
}

export function noSuchRef(ref: string, url: string): AtkError {
  return new AtkError("E_GIT", `${maskUrl(url)} has no branch, tag or commit ${JSON.stringify(ref)}`, {
    hint: `git ls-remote ${maskUrl(url)}`,
  });
}
