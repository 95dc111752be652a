import type { RunGit } from "../run-git.ts";

/** See `GitMerging.readRef`. */
export async function readRef(git: RunGit, name: string): Promise<string | undefined> {
  const args = ["rev-parse", "--quiet", "--verify", "--end-of-options", `${name}^{commit}`];
  const { stdout, exitCode } = await git({ task: `read ${name}`, args, answers: [0, 1, 128] });
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** See `GitMerging.writeRef`. */
export async function writeRef(git: RunGit, name: string, commit: string | undefined): Promise<void> {
  const args = commit === undefined ? ["update-ref", "-d", name] : ["update-ref", name, commit];
  await git({ task: `write ${name}`, args });
}

/** See `GitMerging.listRefs`. */
export async function listRefs(git: RunGit, prefix: string): Promise<readonly string[]> {
  const { stdout } = await git({ task: "list references", args: ["for-each-ref", "--format=%(refname)", prefix] });
  return stdout.split("\n").filter((line) => line !== "");
}
