import { gitError } from "../git-error.ts";
import type { Branch } from "./shared-branch.ts";

/** See `SharedBranch.fetch`. The private ref is what the remote has, or is gone when the remote has no such branch. */
export async function fetchBranch({ git, remote, theirs, ours }: Branch): Promise<void> {
  const task = `fetch ${theirs.replace("refs/heads/", "")} from ${remote}`;
  // --refmap: the user's own remote-tracking branches are not touched. No FETCH_HEAD: somebody may be using it.
  const options = ["--quiet", "--no-tags", "--refmap=", "--no-write-fetch-head", "--no-recurse-submodules"];
  const args = ["fetch", ...options, "--no-auto-maintenance", "--", remote, `+${theirs}:${ours}`];
  const { exitCode, stderr } = await git({ task, args, answers: [0, 1, 128] });
  if (exitCode === 0) return;
  // LC_ALL=C is set for every call. (git 2.20 to 2.51: "fatal: couldn't find remote ref", older: "Couldn't")
  if (!/couldn't find remote ref/i.test(stderr)) throw gitError({ task, directory: remote, output: stderr });
  await git({ task, args: ["update-ref", "-d", ours], answers: [0, 1] });
}
