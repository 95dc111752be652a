import { isAbsolute, relative } from "node:path";
import type { Host } from "../../core/host.ts";
import { findGit } from "../choose-git.ts";
import { createRunGit } from "../native/run-git.ts";

/** Whether a file or folder is as a commit has it; true also where git cannot tell, as outside of the repository. */
export async function isUnchangedSince(
  { commit, path }: { readonly commit: string; readonly path: string },
  directory: string,
  host: Host,
): Promise<boolean> {
  const program = await findGit(host);
  const way = relative(directory, path);
  if (program === undefined || way.startsWith("..") || isAbsolute(way)) return true;
  const args = ["diff", "--quiet", commit, "--", path];
  const { exitCode } = await createRunGit(
    host,
    program,
    directory,
  )({ task: "compare", args, answers: [0, 1, 128, 129] });
  return exitCode !== 1;
}
