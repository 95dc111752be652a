import type { Host } from "../../core/host.ts";
import { maskUrl } from "../git-error.ts";
import type { CloneRequest } from "../git.ts";
import { createNetworkGit } from "./network-git.ts";
import { findCommit, noSuchRef } from "./refs.ts";
import type { RunGit } from "./run-git.ts";

/** See `clone` in ../clone.ts. */
export async function clone(host: Host, program: string, request: CloneRequest): Promise<string | undefined> {
  const { url, ref } = request;
  const git = await createNetworkGit(host, program, request);
  await git({ task: `clone ${maskUrl(url)}`, args: ["clone", "--quiet", "--", url, "."] });
  if (ref !== undefined) await checkOut(git, ref, url);
  const commit = await findCommit(git, "HEAD");
  if (commit !== undefined || ref !== undefined) return commit;
  const branch = await likelyBranch(git);
  if (branch === undefined) return undefined;
  await checkOut(git, branch, url);
  return findCommit(git, "HEAD");
}

/** The default branch of a bare repository is the one its maker's git begins with, which may never have been pushed. */
async function likelyBranch(git: RunGit): Promise<string | undefined> {
  const args = ["for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin"];
  const { stdout } = await git({ task: "list branches", args });
  const names = stdout.split("\n").filter((name) => name !== "" && name !== "HEAD" && !name.startsWith("atk/"));
  return ["main", "master"].find((name) => names.includes(name)) ?? (names.length === 1 ? names[0] : undefined);
}

/** A branch is checked out as a branch that follows the remote's; a tag or a commit leaves HEAD detached. */
async function checkOut(git: RunGit, ref: string, url: string): Promise<void> {
  const task = `check out ${ref}`;
  if ((await findCommit(git, `refs/remotes/origin/${ref}`)) !== undefined) {
    await git({ task, args: ["checkout", "--quiet", "-B", ref, "--track", `refs/remotes/origin/${ref}`] });
    return;
  }
  const commit = (await findCommit(git, `refs/tags/${ref}`)) ?? (await findCommit(git, ref));
  if (commit === undefined) throw noSuchRef(ref, url);
  await git({ task, args: ["checkout", "--quiet", "--detach", commit] });
}
