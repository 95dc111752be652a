import { dirname, join } from "node:path";
import type { PromiseFsClient } from "isomorphic-git";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { gitError } from "../git-error.ts";
import { noRepository } from "../operation.ts";
import { gitDirectory } from "../repository.ts";
import { fileSystemOf } from "./file-system.ts";

export type IsomorphicGit = typeof import("isomorphic-git");

/** Loads the library: about 40 ms, so only when it is used. */
export async function loadIsomorphicGit(): Promise<IsomorphicGit> {
  return import("isomorphic-git");
}

/** What every call of isomorphic-git needs. `at` is spread into its arguments. */
export interface Repository {
  readonly host: Host;
  readonly directory: string;
  readonly git: IsomorphicGit;
  readonly at: {
    readonly fs: PromiseFsClient;
    readonly dir: string;
    readonly gitdir: string;
    readonly cache: object;
  };
}

/**
 * Opens the repository of a directory.
 * @throws AtkError E_GIT when there is none, or one that isomorphic-git would misread: linked worktree, sha256, reftable.
 */
export async function openRepository(host: Host, directory: string): Promise<Repository> {
  const gitdir = await gitDirectory(host.files, directory);
  if (gitdir === undefined) throw noRepository(directory);
  if ((await host.files.stat(join(gitdir, "commondir"))) !== undefined)
    throw needsGit("work in a linked worktree", directory);
  const git = await loadIsomorphicGit();
  const at = { fs: fileSystemOf(host.files), dir: directory, gitdir, cache: {} };
  const format: unknown = await git.getConfig({ ...at, path: "extensions.objectformat" });
  if (format !== undefined && format !== "sha1")
    throw needsGit(`work in a repository of format ${String(format)}`, directory);
  const refs: unknown = await git.getConfig({ ...at, path: "extensions.refstorage" });
  if (refs !== undefined && refs !== "files")
    throw needsGit(`work in a repository with ${String(refs)} refs`, directory);
  return { host, directory, git, at };
}

export function needsGit(task: string, directory: string): AtkError {
  return new AtkError("E_GIT", `cannot ${task} without git: ${directory}`, {
    at: { file: directory },
    hint: "install git",
  });
}

/** Runs a job, and turns what isomorphic-git throws into E_GIT. */
export async function guard<T>(task: string, directory: string, job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    if (error instanceof AtkError || !isLibraryError(error)) throw error;
    throw gitError({ task, directory, output: error.message, cause: error });
  }
}

function isLibraryError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

export function hasCode(error: unknown, code: string): boolean {
  return isLibraryError(error) && error.code === code;
}

/** A setting of one git configuration file, wherever it is: isomorphic-git itself only reads `<gitdir>/config`. */
export async function settingOf(host: Host, file: string, name: string): Promise<string | undefined> {
  const git = await loadIsomorphicGit();
  const { promises } = fileSystemOf(host.files);
  const readFile = async (_path: string, options?: unknown): Promise<unknown> => promises.readFile(file, options);
  const value: unknown = await git.getConfig({
    fs: { promises: { ...promises, readFile } },
    gitdir: dirname(file),
    path: name,
  });
  return value === undefined ? undefined : String(value);
}
