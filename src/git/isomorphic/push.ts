import type { PushOptions, PushResult } from "../git.ts";
import { lastValue } from "../config.ts";
import { maskUrls, timeoutError } from "../git-error.ts";
import { remoteOf, remoteUrl } from "../remotes.ts";
import { createHttp, isHttp } from "./http.ts";
import { readHead } from "./read.ts";
import { hasCode, type Repository } from "./repository.ts";
import { remoteSettings } from "./status.ts";

/** See `Git.push`. Only http(s). */
export async function push(repository: Repository, { timeoutMs }: PushOptions): Promise<PushResult> {
  const { branch, commit } = await readHead(repository);
  if (branch === undefined) return { state: "skipped", reason: "detached" };
  if (commit === undefined) return { state: "skipped", reason: "unborn" };
  const config = await remoteSettings(repository, branch);
  const remote = remoteOf(config, branch);
  const url = remote === undefined ? undefined : remoteUrl(config, remote);
  if (remote === undefined || url === undefined) return { state: "skipped", reason: "no-remote" };
  if (!isHttp(url)) {
    return {
      state: "failed",
      reason: "unreachable",
      remote,
      message: "only http(s) remotes can be reached without git: install git",
    };
  }
  const merge = lastValue(config, `branch.${branch}.merge`) ?? `refs/heads/${branch}`;
  return pushTo(repository, { branch, commit, remote, merge, timeoutMs });
}

interface Target {
  readonly branch: string;
  readonly commit: string;
  readonly remote: string;
  readonly merge: string;
  readonly timeoutMs: number;
}

async function pushTo(repository: Repository, target: Target): Promise<PushResult> {
  const { git, at, directory } = repository;
  const { branch, commit, remote, merge, timeoutMs } = target;
  const signal = AbortSignal.timeout(timeoutMs);
  const known = `refs/remotes/${remote}/${merge.replace(/^refs\/heads\//, "")}`;
  const before = await git.resolveRef({ ...at, ref: known }).catch(() => undefined);
  try {
    await git.push({ ...at, http: await createHttp(signal), remote, ref: branch, remoteRef: merge });
  } catch (error) {
    if (signal.aborted)
      return {
        state: "failed",
        reason: "timeout",
        remote,
        message: timeoutError("push", directory, timeoutMs).message,
      };
    return failed(remote, error);
  }
  await git.writeRef({ ...at, ref: known, value: commit, force: true });
  await git.setConfig({ ...at, path: `branch.${branch}.remote`, value: remote });
  await git.setConfig({ ...at, path: `branch.${branch}.merge`, value: merge });
  return { state: before === commit ? "up-to-date" : "pushed", remote, branch };
}

function failed(remote: string, error: unknown): PushResult {
  if (!(error instanceof Error)) throw error;
  const refused = hasCode(error, "PushRejectedError") || hasCode(error, "GitPushError");
  return {
    state: "failed",
    reason: refused ? "rejected" : "unreachable",
    remote,
    message: maskUrls(error.message),
    ...(hasCode(error, "PushRejectedError") ? { wasBehind: true } : {}),
  };
}
