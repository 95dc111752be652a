import type { Host } from "../../core/host.ts";
import { maskUrl } from "../git-error.ts";
import type { CloneRequest } from "../git.ts";
import { createNetworkGit } from "./network-git.ts";
import { findCommit, noSuchRef } from "./refs.ts";
import type { RunGit } from "./run-git.ts";

/** See `cloneShallow` in ../clone.ts. */
export async function cloneShallow(host: Host, program: string, request: CloneRequest): Promise<string> {
  const git = await createNetworkGit(host, program, request);
  const format = /^[0-9a-f]{64}$/.test(request.ref ?? "") ? ["--object-format=sha256"] : [];
  // No template: the user's templates may bring hooks, and nobody works in this folder.
  await git({ task: "make a git repository", args: ["init", "--quiet", "--template=", ...format] });
  const commit = await fetchCommit(git, request);
  await git({ task: "check out files", args: [...AS_COMMITTED, "checkout", "--quiet", "--detach", commit] });
  return commit;
}

/** The same bytes for every user and operating system, and no hook of the user. */
const AS_COMMITTED = [
  ["core.autocrlf", "false"],
  ["core.eol", "lf"],
  ["core.attributesFile", ""],
  ["core.longpaths", "true"],
  ["core.hooksPath", ".git/no-hooks"],
].flatMap(([name, value]) => ["-c", `${name}=${value}`]);

async function fetchCommit(git: RunGit, { url, ref }: CloneRequest): Promise<string> {
  const name = ref === undefined ? "HEAD" : await remoteName(git, url, ref);
  if (name !== undefined) {
    await fetch(git, url, ["--depth=1", name]);
  } else if (ref === undefined || !isCommitId(ref)) {
    throw noSuchRef(ref ?? "HEAD", url);
  } else if (!(await tryFetch(git, url, ref))) {
    await fetch(git, url, ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]);
  }
  const commit = await findCommit(git, name === undefined && ref !== undefined ? ref : "FETCH_HEAD");
  if (commit === undefined) throw noSuchRef(ref ?? "HEAD", url);
  return commit;
}

/** Full name of a tag or branch at the remote; a tag goes before a branch of the same name, as git has it. */
async function remoteName(git: RunGit, url: string, ref: string): Promise<string | undefined> {
  const names = [`refs/tags/${ref}`, `refs/heads/${ref}`];
  const { stdout } = await git({
    task: `reach ${maskUrl(url)}`,
    args: ["ls-remote", "--quiet", "--", url, ...names],
  });
  const found = new Set(stdout.split("\n").map((line) => line.split("\t")[1]));
  return names.find((name) => found.has(name));
}

function isCommitId(ref: string): boolean {
  return /^[0-9a-f]{4,64}$/i.test(ref);
}

/** A server may refuse a commit that no branch or tag names, or not have it. Short ids cannot be asked for. */
async function tryFetch(git: RunGit, url: string, commit: string): Promise<boolean> {
  if (commit.length !== 40 && commit.length !== 64) return false;
  const args = ["fetch", "--quiet", "--no-tags", "--depth=1", "--", url, commit];
  const { exitCode } = await git({ task: `fetch ${maskUrl(url)}`, args, answers: [0, 1, 128] });
  return exitCode === 0;
}

async function fetch(git: RunGit, url: string, what: readonly string[]): Promise<void> {
  const options = what.filter((word) => word.startsWith("--"));
  const names = what.filter((word) => !word.startsWith("--"));
  await git({
    task: `fetch ${maskUrl(url)}`,
    args: ["fetch", "--quiet", "--no-tags", ...options, "--", url, ...names],
  });
}
