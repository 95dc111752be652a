import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { CloneRequest } from "../git.ts";
import { maskUrl, timeoutError } from "../git-error.ts";
import { fileSystemOf } from "./file-system.ts";
import { createHttp, isHttp } from "./http.ts";
import { orAbsent, readHead } from "./read.ts";
import { guard, loadIsomorphicGit, needsGit, openRepository, type Repository } from "./repository.ts";

/** See `clone` in ../clone.ts. */
export async function clone(host: Host, request: CloneRequest): Promise<string | undefined> {
  const repository = await fetchAll(host, request, {});
  return request.ref === undefined
    ? (await readHead(repository)).commit
    : checkOut(repository, request.ref, request.url);
}

/** See `cloneShallow` in ../clone.ts. A commit id cannot be asked for, so then the whole history comes. */
export async function cloneShallow(host: Host, request: CloneRequest): Promise<string> {
  const { ref, url } = request;
  const named = ref === undefined ? undefined : await remoteName(request, ref);
  const isCommit = ref !== undefined && named === undefined;
  if (isCommit && !/^[0-9a-f]{4,40}$/i.test(ref)) throw noSuchRef(ref, url);
  const options = isCommit ? {} : { depth: 1, singleBranch: true, ...(named === undefined ? {} : { ref: named }) };
  const repository = await fetchAll(host, request, options);
  const commit = isCommit ? await checkOut(repository, ref, url) : (await readHead(repository)).commit;
  if (commit === undefined) throw noSuchRef(ref ?? "HEAD", url);
  return commit;
}

interface FetchOptions {
  readonly depth?: number;
  readonly singleBranch?: boolean;
  readonly ref?: string;
}

async function fetchAll(
  host: Host,
  { url, directory, timeoutMs }: CloneRequest,
  options: FetchOptions,
): Promise<Repository> {
  if (!isHttp(url)) throw needsGit(`clone ${maskUrl(url)}`, directory);
  const git = await loadIsomorphicGit();
  const fs = fileSystemOf(host.files);
  await withinLimit({ task: `clone ${maskUrl(url)}`, directory, timeoutMs }, async (signal) =>
    git.clone({ fs, http: await createHttp(signal), dir: directory, url, ...options }),
  );
  return openRepository(host, directory);
}

interface Limit {
  readonly task: string;
  readonly directory: string;
  readonly timeoutMs: number;
}

async function withinLimit<T>(
  { task, directory, timeoutMs }: Limit,
  job: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await guard(task, directory, async () => job(signal));
  } catch (error) {
    if (signal.aborted) throw timeoutError(task, directory, timeoutMs);
    if (error instanceof AtkError) throw error;
    // `fetch` says everything with a TypeError: no such host, connection refused, bad certificate.
    throw new AtkError("E_GIT", `could not ${task}: ${reason(error)}`, {
      at: { file: directory },
      cause: error,
    });
  }
}

function reason(error: unknown): string {
  if (!(error instanceof TypeError)) throw error;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function remoteName({ url, directory, timeoutMs }: CloneRequest, ref: string): Promise<string | undefined> {
  if (!isHttp(url)) throw needsGit(`clone ${maskUrl(url)}`, directory);
  const git = await loadIsomorphicGit();
  const refs = await withinLimit({ task: `reach ${maskUrl(url)}`, directory, timeoutMs }, async (signal) =>
    git.listServerRefs({ http: await createHttp(signal), url, protocolVersion: 1 }),
  );
  const found = new Set(refs.map((each) => each.ref));
  return [`refs/tags/${ref}`, `refs/heads/${ref}`].find((name) => found.has(name));
}

/** A branch is checked out as a branch; a tag or a commit leaves HEAD detached. */
async function checkOut(repository: Repository, ref: string, url: string): Promise<string> {
  const { git, at, directory } = repository;
  const branch = await orAbsent(async () => git.resolveRef({ ...at, ref: `refs/remotes/origin/${ref}` }));
  const tag = await orAbsent(async () => git.resolveRef({ ...at, ref: `refs/tags/${ref}` }));
  const commit = branch ?? tag ?? (await orAbsent(async () => git.expandOid({ ...at, oid: ref })));
  if (commit === undefined) throw noSuchRef(ref, url);
  const { oid } = await git.readCommit({ ...at, oid: commit });
  await guard(`check out ${ref}`, directory, async () =>
    git.checkout({ ...at, ref: branch === undefined ? oid : ref, remote: "origin", force: true }),
  );
  return oid;
}

function noSuchRef(ref: string, url: string): AtkError {
  return new AtkError("E_GIT", `${maskUrl(url)} has no branch, tag or commit ${JSON.stringify(ref)}`);
}
