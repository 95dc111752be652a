import type { Host } from "../../core/host.ts";
import { findGit } from "../choose-git.ts";
import { lastValue } from "../config.ts";
import { readConfig } from "../native/config.ts";
import { quietNetwork } from "../native/network.ts";
import { findCommit } from "../native/refs.ts";
import { createRunGit, type RunGit } from "../native/run-git.ts";
import { REMOTE_SETTINGS, remoteOf } from "../remotes.ts";
import { repositoryBranch } from "./current-branch.ts";
import { fetchBranch } from "./fetch-branch.ts";
import { listBranch, readFiles } from "./read-branch.ts";
import { updateBranch } from "./update-branch.ts";

/** The text of each file in the folder of a branch, by its name. */
export type BranchFiles = ReadonlyMap<string, string>;

/**
 * A branch of the remote that holds files and no history of the user's, written past the working tree: only git objects, the
 * remote's branch and a private ref of what was fetched last. The index, HEAD, the user's branches and hooks stay out of it.
 */
export interface SharedBranch {
  readonly remote: string;
  /** Gets what the remote has now. A remote without the branch has no files. @throws AtkError E_GIT */
  fetch(): Promise<void>;
  /** What was fetched last; nothing when nothing was. Uses no network. */
  read(): Promise<BranchFiles>;
  /**
   * Fetches, edits and pushes, and does it again as long as somebody else was quicker. `edit` gives the files to put (null: to take
   * away), or undefined to leave everything as it is; it may be called several times. Gives whether something was pushed.
   * @throws AtkError E_GIT when the remote does not answer in time, or refuses
   */
  update(edit: BranchEdit): Promise<boolean>;
}

export type BranchEdit = (files: BranchFiles) => ReadonlyMap<string, string | null> | undefined;

export interface SharedBranchRequest {
  /** Top of the working tree. */
  readonly directory: string;
  /** Without `refs/heads/`. */
  readonly branch: string;
  /** Where its files are. */
  readonly folder: string;
  /** For everything that is done through it together. */
  readonly timeoutMs: number;
  /** One line, for the commits. */
  readonly message: string;
}

/** What every step works with. */
export interface Branch {
  readonly git: RunGit;
  readonly remote: string;
  /** Of the remote: `refs/heads/...`. */
  readonly theirs: string;
  /** What was fetched last. */
  readonly ours: string;
  readonly folder: string;
  readonly message: string;
  readonly now: () => Date;
}

/** Why there is no such branch here. */
export type NoBranch = "no-git" | "no-remote";

/** Needs the installed git: isomorphic-git cannot push with a lease. */
export async function openSharedBranch(request: SharedBranchRequest, host: Host): Promise<SharedBranch | NoBranch> {
  const program = await findGit(host);
  if (program === undefined) return "no-git";
  const plain = createRunGit(host, program, request.directory);
  const config = await readConfig(plain, REMOTE_SETTINGS);
  const remote = remoteOf(config, await repositoryBranch(plain));
  if (remote === undefined) return "no-remote";
  const branch: Branch = {
    git: within(plain, request.timeoutMs, quietNetwork(host.machine, lastValue(config, "core.sshcommand"))),
    remote,
    theirs: `refs/heads/${request.branch}`,
    ours: `refs/${request.branch}`,
    folder: request.folder,
    message: request.message,
    now: () => host.now(),
  };
  return {
    remote,
    fetch: () => fetchBranch(branch),
    read: async () => readFiles(branch, await listBranch(branch, await findCommit(branch.git, branch.ours))),
    update: (edit) => updateBranch(edit, branch),
  };
}

/** All calls together end within the limit. By a clock that does not jump. */
function within(git: RunGit, limitMs: number, env: Readonly<Record<string, string>>): RunGit {
  const endsAt = performance.now() + limitMs;
  if (!Number.isFinite(limitMs)) return (call) => git({ ...call, env: { ...env, ...call.env } });
  // A git that is ended leaves its helper for http waiting; that ends by itself when nothing comes. (git-config(1), http.lowSpeedTime)
  const quiet = { ...env, GIT_HTTP_LOW_SPEED_LIMIT: "1", GIT_HTTP_LOW_SPEED_TIME: String(Math.ceil(limitMs / 1000)) };
  return (call) => {
    const timeoutMs = Math.max(1, Math.round(endsAt - performance.now()));
    return git({ ...call, env: { ...quiet, ...call.env }, timeoutMs, limitMs });
  };
}
