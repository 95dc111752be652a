import { basename, join } from "node:path";
import type { WalkerEntry } from "isomorphic-git";
import type { RepositoryStatus } from "../git.ts";
import { isIgnored } from "./ignored.ts";
import type { Repository } from "./repository.ts";

type Counts = Pick<RepositoryStatus, "modified" | "untracked">;
type Kind = keyof Counts | "same" | "skip";

/** Looks at every file of the working tree that is not in an ignored folder. The index is only read. */
export async function countChanges(repository: Repository, head: string | undefined): Promise<Counts> {
  const { git, at } = repository;
  const counts = { modified: 0, untracked: 0 };
  const trees = [
    git.WORKDIR({ refresh: false }),
    git.STAGE(),
    ...(head === undefined ? [] : [git.TREE({ ref: head })]),
  ];
  const map = async (path: string, entries: (WalkerEntry | null)[]): Promise<unknown> => {
    const kind = path === "." ? "same" : await kindOf(repository, path, entries);
    if (kind === "modified" || kind === "untracked") counts[kind] += 1;
    return kind === "skip" ? null : undefined;
  };
  await git.walk({ ...at, trees, map });
  return counts;
}

async function kindOf(
  repository: Repository,
  path: string,
  [disk, index, head]: (WalkerEntry | null)[],
): Promise<Kind> {
  if (basename(path) === ".git") return "skip";
  const isKnown = Boolean(index ?? head);
  const isFolder = (await (disk ?? index ?? head)?.type()) === "tree";
  if (!isKnown && (await isIgnored(repository, path))) return "skip";
  if (!isFolder) return isKnown ? compare(disk, index, head) : "untracked";
  const isNested =
    !isKnown && (await repository.host.files.stat(join(repository.directory, path, ".git"))) !== undefined;
  return isNested ? "skip" : "same";
}

async function compare(...entries: (WalkerEntry | null | undefined)[]): Promise<Kind> {
  const contents = await Promise.all(entries.map(async (entry) => `${await entry?.mode()} ${await entry?.oid()}`));
  const [disk, index, head] = contents;
  return disk === index && index === head ? "same" : "modified";
}
