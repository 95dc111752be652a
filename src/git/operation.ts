import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";
import { gitDirectory, operationInProgress } from "./repository.ts";

/** @throws AtkError E_GIT when there is no repository, or the user is in the middle of a merge, rebase or the like. */
export async function checkNothingInProgress(files: ReadFiles, directory: string): Promise<void> {
  const gitDir = await gitDirectory(files, directory);
  if (gitDir === undefined) throw noRepository(directory);
  const operation = await operationInProgress(files, gitDir);
  if (operation === undefined) return;
  throw new AtkError("E_GIT", `could not commit in ${directory}: a ${operation} is in progress`, {
    at: { file: directory },
    hint: operation === "bisect" ? "git bisect reset" : `git ${operation} --continue   (or --abort)`,
  });
}

export function noRepository(directory: string): AtkError {
  return new AtkError("E_GIT", `${directory} is not a git repository`, {
    at: { file: directory },
    hint: "git init",
  });
}
