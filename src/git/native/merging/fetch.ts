import { AtkError } from "../../../core/errors.ts";
import type { Host } from "../../../core/host.ts";
import { lastValue } from "../../config.ts";
import { tellingLines } from "../../git-error.ts";
import type { Head } from "../../git.ts";
import type { FetchOptions, FetchResult } from "../../git-merging.ts";
import { fetchRemoteOf, REMOTE_SETTINGS } from "../../remotes.ts";
import { readConfig } from "../config.ts";
import { quietNetwork } from "../network.ts";
import type { GitCall, RunGit } from "../run-git.ts";
import { readRef } from "./refs.ts";

/** See `GitMerging.fetch`. Both calls of git together end within the time limit. */
export async function fetch(host: Host, git: RunGit, head: Head, options: FetchOptions): Promise<FetchResult> {
  const { branch } = head;
  if (branch === undefined) return { state: "skipped", reason: "detached" };
  const config = await readConfig(git, REMOTE_SETTINGS);
  const remote = fetchRemoteOf(config, branch);
  if (remote === undefined) return { state: "skipped", reason: "no-remote" };
  const merge = lastValue(config, `branch.${branch}.merge`)?.replace(/^refs\/heads\//, "");
  const isUpstream = merge !== undefined && lastValue(config, `branch.${branch}.remote`) === remote;
  const wanted = { remote, branch: isUpstream ? merge : branch, isUpstream };
  const network = onNetwork(host, git, { sshCommand: lastValue(config, "core.sshcommand"), ...options });
  try {
    return await fetchBranch(git, network, wanted);
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    const reason = /time limit/.test(error.message) ? "timeout" : "unreachable";
    return { state: "failed", reason, remote, message: error.message };
  }
}

interface Wanted {
  readonly remote: string;
  readonly branch: string;
  readonly isUpstream: boolean;
}

async function fetchBranch(git: RunGit, network: RunGit, wanted: Wanted): Promise<FetchResult> {
  const { remote, branch } = wanted;
  const tracking = `refs/remotes/${remote}/${branch}`;
  const before = await readRef(git, tracking);
  const args = ["fetch", "--quiet", "--no-tags", "--recurse-submodules=no", "--no-auto-maintenance", "--"];
  const call = { task: `fetch from ${remote}`, answers: [0, 1, 128] };
  const ask = () => network({ ...call, args: [...args, remote, `+refs/heads/${branch}:${tracking}`] });
  let result = await ask();
  // Another git here has fetched in the same moment: nothing is wrong with the remote. (git's refs/files-backend.c)
  for (let more = 5; more > 0 && /cannot lock ref/.test(result.stderr); more -= 1) result = await ask();
  const found = { state: "fetched", ...wanted, ...(before === undefined ? {} : { before }) } as const;
  if (result.exitCode === 0) {
    const commit = await readRef(git, tracking);
    return { ...found, ...(commit === undefined ? {} : { commit }) };
  }
  // LC_ALL=C, so these are git's own words. (git's builtin/fetch.c)
  if (/couldn't find remote ref/i.test(result.stderr)) {
    const otherBranch = await headOf(network, remote);
    return { ...found, ...(otherBranch === undefined ? {} : { otherBranch }) };
  }
  const message = tellingLines(result.stderr) || `git ended with ${result.exitCode}`;
  return { state: "failed", reason: "unreachable", remote, message };
}

/** Lines: `ref: refs/heads/main TAB HEAD`, then `<id> TAB HEAD`; only the first where that branch is unborn. (git-ls-remote(1)) */
async function headOf(network: RunGit, remote: string): Promise<string | undefined> {
  const { stdout } = await network({ task: `ask ${remote}`, args: ["ls-remote", "--symref", "--", remote, "HEAD"] });
  const isThere = /^[0-9a-f]{40,}\tHEAD$/m.test(stdout);
  return isThere ? /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout)?.[1] : undefined;
}

interface Limits extends FetchOptions {
  readonly sshCommand: string | undefined;
}

function onNetwork(host: Host, git: RunGit, { sshCommand, timeoutMs }: Limits): RunGit {
  const env = quietNetwork(host.machine, sshCommand);
  const endsAt = Date.now() + timeoutMs;
  return async (call: GitCall) => {
    const leftMs = Math.max(1, endsAt - Date.now());
    return git({ ...call, env: { ...env, ...call.env }, timeoutMs: leftMs, limitMs: timeoutMs });
  };
}
