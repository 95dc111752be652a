import { lastValue, type GitConfig } from "../config.ts";
import type { Head, LastCommit, RepositoryStatus } from "../git.ts";
import { maskUrl } from "../git-error.ts";
import { remoteOf, remoteUrl } from "../remotes.ts";
import { operationInProgress } from "../repository.ts";
import { countChanges } from "./count-changes.ts";
import { orAbsent, readHead } from "./read.ts";
import type { Repository } from "./repository.ts";

/** Looks at every file of the working tree: fine for a home, slow for a large project. */
export async function readStatus(repository: Repository): Promise<RepositoryStatus> {
  const head = await readHead(repository);
  const config = await remoteSettings(repository, head.branch);
  const remote = remoteOf(config, head.branch);
  const url = remote === undefined ? undefined : remoteUrl(config, remote);
  const inProgress = await operationInProgress(repository.host.files, repository.at.gitdir);
  return {
    ...(head.branch === undefined ? {} : { branch: head.branch }),
    ...(await upstreamPart(repository, config, head)),
    ...(url === undefined ? {} : { remoteUrl: maskUrl(url) }),
    ...(head.commit === undefined ? {} : { lastCommit: await readCommit(repository, head.commit) }),
    ...(await countChanges(repository, head.commit)),
    ...(inProgress === undefined ? {} : { inProgress }),
  };
}

/** The settings `remoteOf` looks at, under the same names as git lists them. */
export async function remoteSettings({ git, at }: Repository, branch: string | undefined): Promise<GitConfig> {
  const config = new Map<string, readonly string[]>();
  for (const { remote, url } of await git.listRemotes({ ...at })) config.set(`remote.${remote}.url`, [url]);
  const names = ["remote.pushdefault", ...["remote", "merge", "pushremote"].map((key) => `branch.${branch}.${key}`)];
  for (const name of names) {
    const value: unknown = await git.getConfig({ ...at, path: name });
    if (value !== undefined) config.set(name, [String(value)]);
  }
  return config;
}

async function upstreamPart(
  repository: Repository,
  config: GitConfig,
  { branch, commit }: Head,
): Promise<Partial<RepositoryStatus>> {
  const remote = lastValue(config, `branch.${branch}.remote`);
  const merge = lastValue(config, `branch.${branch}.merge`)?.replace(/^refs\/heads\//, "");
  if (remote === undefined || merge === undefined) return {};
  const { git, at } = repository;
  const theirs = await orAbsent(async () => git.resolveRef({ ...at, ref: `refs/remotes/${remote}/${merge}` }));
  const distance = theirs === undefined || commit === undefined ? {} : await distanceOf(repository, commit, theirs);
  return { upstream: `${remote}/${merge}`, ...distance };
}

async function distanceOf(
  { git, at }: Repository,
  ours: string,
  theirs: string,
): Promise<{ readonly ahead: number; readonly behind: number }> {
  if (ours === theirs) return { ahead: 0, behind: 0 };
  const [left, right] = await Promise.all(
    [ours, theirs].map(async (ref) => new Set((await git.log({ ...at, ref })).map((commit) => commit.oid))),
  );
  const missing = (from: Set<string> | undefined, other: Set<string> | undefined): number =>
    [...(from ?? [])].filter((oid) => other?.has(oid) !== true).length;
  return { ahead: missing(left, right), behind: missing(right, left) };
}

async function readCommit({ git, at }: Repository, oid: string): Promise<LastCommit> {
  const { commit } = await git.readCommit({ ...at, oid });
  const time = new Date(commit.committer.timestamp * 1000);
  return { id: oid, subject: commit.message.split("\n")[0] ?? "", at: time.toISOString() };
}
