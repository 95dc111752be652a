import { namedPath } from "../named-paths.ts";
import type { RunGit } from "./run-git.ts";

/** See `Git.commitsOf`. */
export async function commitsOf(
  git: RunGit,
  directory: string,
  { path, limit }: { readonly path: string; readonly limit: number },
): Promise<readonly string[]> {
  const args = [
    "log",
    "--format=%H",
    `--max-count=${limit}`,
    "--end-of-options",
    "HEAD",
    "--",
    namedPath(directory, path),
  ];
  // 128: HEAD is unborn.
  const { stdout } = await git({ task: `read the history of ${path}`, args, answers: [0, 128] });
  return stdout.split("\n").filter((line) => line !== "");
}
