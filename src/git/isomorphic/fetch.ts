import { lastValue } from "../config.ts";
import { maskUrls, timeoutError } from "../git-error.ts";
import type { FetchOptions, FetchResult } from "../git-merging.ts";
import { fetchRemoteOf, remoteUrl } from "../remotes.ts";
import { createHttp, isHttp } from "./http.ts";
import { orAbsent, readHead } from "./read.ts";
import { hasCode, type Repository } from "./repository.ts";
import { remoteSettings } from "./status.ts";

/** See `GitMerging.fetch`. Only http(s). */
export async function fetch(repository: Repository, { timeoutMs }: FetchOptions): Promise<FetchResult> {
  const { branch } = await readHead(repository);
  if (branch === undefined) return { state: "skipped", reason: "detached" };
  const config = await remoteSettings(repository, branch);
  const remote = fetchRemoteOf(config, branch);
  const url = remote === undefined ? undefined : remoteUrl(config, remote);
  if (remote === undefined || url === undefined) return { state: "skipped", reason: "no-remote" };
  if (!isHttp(url)) {
    const message = "only http(s) remotes can be reached without git: install git";
    return { state: "failed", reason: "unreachable", remote, message };
  }
  const merge = lastValue(config, `branch.${branch}.merge`)?.replace(/^refs\/heads\//, "");
  const isUpstream = merge !== undefined && lastValue(config, `branch.${branch}.remote`) === remote;
  return fetchBranch(repository, { remote, url, branch: isUpstream ? merge : branch, isUpstream, timeoutMs });
}

interface Wanted {
  readonly remote: string;
  readonly url: string;
  readonly branch: string;
  readonly isUpstream: boolean;
  readonly timeoutMs: number;
}

async function fetchBranch(repository: Repository, wanted: Wanted): Promise<FetchResult> {
  const { git, at, directory } = repository;
  const { remote, url, branch, isUpstream, timeoutMs } = wanted;
  const signal = AbortSignal.timeout(timeoutMs);
  const tracking = `refs/remotes/${remote}/${branch}`;
  const before = await orAbsent(async () => git.resolveRef({ ...at, ref: tracking }));
  const found = { state: "fetched", remote, branch, isUpstream, ...(before === undefined ? {} : { before }) } as const;
  try {
    const http = await createHttp(signal);
    const refs = await git.listServerRefs({ http, url, symrefs: true });
    const commit = refs.find(({ ref }) => ref === `refs/heads/${branch}`)?.oid;
    if (commit === undefined) {
      const other = refs.find(({ ref }) => ref === "HEAD")?.target?.replace(/^refs\/heads\//, "");
      return { ...found, ...(other === undefined ? {} : { otherBranch: other }) };
    }
    await git.fetch({ ...at, http, remote, ref: branch, remoteRef: branch, singleBranch: true, tags: false });
    await git.writeRef({ ...at, ref: tracking, value: commit, force: true });
    return { ...found, commit };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (hasCode(error, "InternalError")) throw error;
    const late = signal.aborted ? timeoutError(`fetch from ${remote}`, directory, timeoutMs).message : undefined;
    const reason = late === undefined ? "unreachable" : "timeout";
    return { state: "failed", reason, remote, message: late ?? maskUrls(error.message) };
  }
}
