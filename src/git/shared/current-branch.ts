import type { RunGit } from "../native/run-git.ts";

/** Name of the branch that HEAD is on; undefined when it is detached. */
export async function repositoryBranch(git: RunGit): Promise<string | undefined> {
  const { stdout } = await git({ task: "read HEAD", args: ["symbolic-ref", "--quiet", "HEAD"], answers: [0, 1] });
  const name = stdout.trim().replace(/^refs\/heads\//, "");
  return name === "" ? undefined : name;
}
