import { join } from "node:path";
import type { WalkerEntry } from "isomorphic-git";
import { nestedError, secretError } from "../named-paths.ts";
import { isSecretPath } from "../secret-path.ts";
import { isIgnored } from "./ignored.ts";
import type { Repository } from "./repository.ts";

/** A file as a commit or the index holds it. `mode` in git's octal spelling, e.g. `100644`. */
export interface Leaf {
  readonly oid: string;
  readonly mode: string;
}

export type Leaves = ReadonlyMap<string, Leaf>;

/** The files at and below the named paths, in HEAD (`head` is its commit) or in the index. */
export async function leavesIn(
  { git, at }: Repository,
  where: { readonly head?: string },
  named: readonly string[],
): Promise<Leaves> {
  const leaves = new Map<string, Leaf>();
  const tree = where.head === undefined ? git.STAGE() : git.TREE({ ref: where.head });
  const map = async (path: string, [entry]: (WalkerEntry | null)[]): Promise<unknown> => {
    if (path !== "." && !isInScope(path, named)) return null;
    if (entry !== null && entry !== undefined && (await entry.type()) !== "tree") leaves.set(path, await leafOf(entry));
    return undefined;
  };
  await git.walk({ ...at, trees: [tree], map });
  return leaves;
}

/** A named path, something below one, or a folder on the way to one. */
function isInScope(path: string, named: readonly string[]): boolean {
  return named.some((name) => name === path || path.startsWith(`${name}/`) || name.startsWith(`${path}/`));
}

async function leafOf(entry: WalkerEntry): Promise<Leaf> {
  return { oid: (await entry.oid()) ?? "", mode: ((await entry.mode()) ?? 0o100644).toString(8) };
}

export interface DiskWish {
  readonly named: readonly string[];
  readonly known: ReadonlySet<string>;
  readonly includeIgnored: boolean;
}

/**
 * The files on disk at and below the named paths that git knows, or may know: ignored new ones are left out.
 * @throws AtkError E_SECRET_IN_GIT, E_GIT for a nested repository.
 */
export async function filesOnDisk(repository: Repository, wish: DiskWish): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of wish.named) await collect(repository, { path, wish, found });
  return found;
}

interface Collecting {
  readonly path: string;
  readonly wish: DiskWish;
  readonly found: string[];
}

async function collect(repository: Repository, { path, wish, found }: Collecting): Promise<void> {
  const { host, directory } = repository;
  const absolute = join(directory, path);
  const stat = await host.files.stat(absolute);
  if (stat === undefined || stat.type === "other") return;
  if (stat.type === "directory") {
    if ((await host.files.stat(join(absolute, ".git"))) !== undefined) throw nestedError(path, path, directory);
    for (const { name } of (await host.files.list(absolute)) ?? [])
      await collect(repository, { path: `${path}/${name}`, wish, found });
    return;
  }
  const isWanted = wish.known.has(path) || wish.includeIgnored || !(await isIgnored(repository, path));
  if (!isWanted) return;
  if (isSecretPath(path)) throw secretError(path, directory);
  found.push(path);
}
