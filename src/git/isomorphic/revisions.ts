import type { WalkerEntry } from "isomorphic-git";
import type { CommittedFile } from "../git.ts";
import { namedPath } from "../named-paths.ts";
import { orAbsent } from "./read.ts";
import type { Repository } from "./repository.ts";

const STEPS = /^(.+?)((?:~\d*|\^)+)$/;

/** See `Git.resolveRevision`: names, ids, `~N` and `^`. */
export async function resolveRevision(repository: Repository, text: string): Promise<string | undefined> {
  const [, name = text, steps = ""] = STEPS.exec(text) ?? [];
  let commit = await namedCommit(repository, name);
  for (let left = countSteps(steps); left > 0 && commit !== undefined; left -= 1)
    commit = await parentOf(repository, commit);
  return commit;
}

/** See `Git.commitAt`. */
export async function commitAt(repository: Repository, time: Date): Promise<string | undefined> {
  const { git, at } = repository;
  let commit = await orAbsent(async () => git.resolveRef({ ...at, ref: "HEAD" }));
  while (commit !== undefined) {
    const oid = commit;
    const { commit: found } = await git.readCommit({ ...at, oid });
    if (found.committer.timestamp * 1000 <= time.getTime()) return oid;
    commit = found.parent[0];
  }
  return undefined;
}

/** See `Git.filesAt`. */
export async function filesAt(
  { git, at, directory }: Repository,
  { commit, folder }: { readonly commit: string; readonly folder: string },
): Promise<readonly CommittedFile[]> {
  const prefix = `${namedPath(directory, folder)}/`;
  const map = async (path: string, [entry]: readonly (WalkerEntry | null)[]): Promise<CommittedFile | undefined> => {
    if ((await entry?.type()) !== "blob" || !path.startsWith(prefix)) return undefined;
    const mode = await entry?.mode();
    return { path, type: mode === 0o120000 ? "link" : "file", executable: mode === 0o100755 };
  };
  const trees = [git.TREE({ ref: commit })];
  const found: unknown = await orAbsent(async () => git.walk({ ...at, trees, map }));
  return (Array.isArray(found) ? found.flat(Infinity) : []) as readonly CommittedFile[];
}

async function namedCommit({ git, at }: Repository, name: string): Promise<string | undefined> {
  const ref = name === "" ? "HEAD" : name;
  const oid = await orAbsent(async () => git.resolveRef({ ...at, ref }));
  const found =
    oid ?? (/^[0-9a-f]{4,40}$/.test(ref) ? await orAbsent(async () => git.expandOid({ ...at, oid: ref })) : undefined);
  // An annotated tag is an object of its own, which reading a commit looks behind.
  return found === undefined ? undefined : (await orAbsent(async () => git.readCommit({ ...at, oid: found })))?.oid;
}

async function parentOf({ git, at }: Repository, oid: string): Promise<string | undefined> {
  return (await git.readCommit({ ...at, oid })).commit.parent[0];
}

/** `~2^` is three steps, each to the first parent. */
function countSteps(steps: string): number {
  const each = steps.match(/~\d*|\^/g) ?? [];
  return each.reduce((sum, step) => sum + (step === "^" || step === "~" ? 1 : Number(step.slice(1))), 0);
}
