import { setTimeout as wait } from "node:timers/promises";
import { gitError, tellingLines } from "../git-error.ts";
import { ATK_IDENTITY } from "../identity.ts";
import { findCommit } from "../native/refs.ts";
import { fetchBranch } from "./fetch-branch.ts";
import { listBranch, readFiles } from "./read-branch.ts";
import type { Branch, BranchEdit } from "./shared-branch.ts";
import { writeTree } from "./write-tree.ts";

/** See `SharedBranch.update`. */
export async function updateBranch(edit: BranchEdit, branch: Branch): Promise<boolean> {
  // A branch of one commit never grows; where the remote lets nobody replace one, it grows by a commit each time.
  let keepsHistory = false;
  for (let attempt = 0; ; attempt += 1) {
    await fetchBranch(branch);
    const old = await findCommit(branch.git, branch.ours);
    const listing = await listBranch(branch, old);
    const edited = edit(await readFiles(branch, listing));
    if (edited === undefined) return false;
    const tree = await writeTree(listing, edited, branch);
    const commit = await commitTree(tree, keepsHistory ? old : undefined, branch);
    const answer = await push(commit, old, branch);
    if (answer.state === "pushed") {
      // Best effort: the next fetch does it as well.
      await branch.git({
        task: "note what was pushed",
        args: ["update-ref", branch.ours, commit],
        answers: [0, 1, 128],
      });
      return true;
    }
    if (answer.state === "refused" && keepsHistory) throw refusal(answer.said, branch);
    if (answer.state === "refused") keepsHistory = true;
    else await wait(jitterMs(attempt));
  }
}

/** Signed by atk and nobody else: the remote need not learn who works at the machine. */
async function commitTree(tree: string, parent: string | undefined, branch: Branch): Promise<string> {
  const { git, message, now } = branch;
  const date = `@${Math.max(0, Math.floor(now().getTime() / 1000))} +0000`;
  const { name, email } = ATK_IDENTITY;
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
  const args = ["commit-tree", tree, ...(parent === undefined ? [] : ["-p", parent]), "-m", message];
  return (await git({ task: "make a commit", args, env })).stdout.trim();
}

type Answer =
  | { readonly state: "pushed" }
  /** Somebody else was quicker, or is at it now. */
  | { readonly state: "moved" }
  | { readonly state: "refused"; readonly said: string };

/** Replaces the remote's branch if it is still what was fetched; `old` undefined: if it is still not there. */
async function push(commit: string, old: string | undefined, branch: Branch): Promise<Answer> {
  const { git, remote, theirs } = branch;
  const task = `push ${theirs.replace("refs/heads/", "")} to ${remote}`;
  const options = ["--porcelain", "--no-verify", "--no-signed", "--recurse-submodules=no", "--no-follow-tags"];
  const args = ["push", ...options, `--force-with-lease=${theirs}:${old ?? ""}`, "--", remote, `${commit}:${theirs}`];
  const { exitCode, stdout, stderr } = await git({ task, args, answers: [0, 1, 128] });
  if (exitCode === 0) return { state: "pushed" };
  const refused = stdout.split("\n").find((line) => line.startsWith("!\t"));
  const said = `${refused ?? ""}\n${stderr}`;
  if (MOVED.test(said)) return { state: "moved" };
  if (refused === undefined) throw gitError({ task, directory: remote, output: stderr });
  return { state: "refused", said };
}

/**
 * What git says when the branch is another one than was fetched (send-pack: "stale info"), or when two pushes meet at the remote
 * (receive-pack and the ref store: "failed to update ref", "cannot lock ref", "reference already exists", "unable to create ...lock").
 */
const MOVED =
  /stale info|fetch first|failed to update ref|cannot lock ref|already exists|unable to create .*\.lock|incorrect old value/i;

function refusal(said: string, { remote, theirs }: Branch): Error {
  const task = `push ${theirs.replace("refs/heads/", "")} to ${remote}`;
  return gitError({
    task,
    directory: remote,
    output: tellingLines(said),
    hint: "allow pushes to that branch at the remote",
  });
}

const [FIRST_MS, LONGEST_MS] = [30, 2000];

/** Any time up to a limit that doubles, so that many at once come one after the other. */
function jitterMs(attempt: number): number {
  return Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
}
