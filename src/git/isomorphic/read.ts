import type { Head } from "../git.ts";
import { namedPath } from "../named-paths.ts";
import { hasCode, type Repository } from "./repository.ts";

export async function readHead({ git, at }: Repository): Promise<Head> {
  const branch = await git.currentBranch({ ...at });
  const commit = await orAbsent(async () => git.resolveRef({ ...at, ref: "HEAD" }));
  return { ...(branch === undefined ? {} : { branch }), ...(commit === undefined ? {} : { commit }) };
}

/** See `Git.readFileAt`. */
export async function readFileAt(repository: Repository, ref: string, path: string): Promise<Uint8Array | undefined> {
  const { git, at, directory } = repository;
  const filepath = namedPath(directory, path);
  const oid = await orAbsent(async () => git.resolveRef({ ...at, ref }));
  const commit = oid ?? (await orAbsent(async () => git.expandOid({ ...at, oid: ref })));
  if (commit === undefined) return undefined;
  const blob = await orAbsent(async () => git.readBlob({ ...at, oid: commit, filepath }));
  return blob?.blob;
}

/** undefined where the library says that there is no such thing, or another kind of thing. */
export async function orAbsent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (hasCode(error, "NotFoundError") || hasCode(error, "ObjectTypeError")) return undefined;
    throw error;
  }
}
