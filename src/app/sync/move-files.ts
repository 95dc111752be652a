import { dirname, join, relative, sep } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Files } from "../../core/host.ts";
import type { CheckedOut, TreeEntry } from "../../git/git-merging.ts";
import { digestBytes } from "../../host/digest.ts";
import type { Expected, FileChange } from "../../host/file-change.ts";
import type { HomeRepository } from "./home-repository.ts";

export interface Trees {
  readonly from: ReadonlyMap<string, TreeEntry>;
  readonly to: ReadonlyMap<string, TreeEntry>;
}

/** Paths that differ between two trees, sorted. */
export function changedPaths({ from, to }: Trees): readonly string[] {
  const paths = [...new Set([...from.keys(), ...to.keys()])];
  return paths.filter((path) => !same(from.get(path), to.get(path))).sort();
}

function same(one: TreeEntry | undefined, other: TreeEntry | undefined): boolean {
  return one?.id === other?.id && one?.mode === other?.mode;
}

const REPOSITORY = "160000";

interface Moving {
  readonly trees: Trees;
  /** Where it goes. */
  readonly commit: string;
  /** Folders, with a `/` at the end, whose files stay on disk for now. */
  readonly staying: readonly string[];
}

function relativeTo(top: string, path: string): string {
  return relative(top, path).split(sep).join("/");
}

/**
 * The changes of the working tree that go with moving from one commit to another. Files that git does not know are not touched.
 * @throws AtkError E_GIT naming what a person has edited and not committed, or put where a file would come
 */
export async function fileChanges(
  { trees, commit, staying }: Moving,
  { git, top }: HomeRepository,
  files: Files,
): Promise<readonly FileChange[]> {
  const stays = (path: string): boolean => staying.some((folder) => path.startsWith(folder));
  const paths = changedPaths(trees).filter((path) => !isRepository(path, trees) && !stays(path));
  const dirty = await git.dirtyPaths();
  const contents = await git.checkedOut(
    commit,
    paths.filter((path) => trees.to.has(path)),
  );
  const found = await Promise.all(paths.map(async (path) => [path, await expectedAt(join(top, path), files)] as const));
  // What stands there already as it will be is no edit: a run that was killed at the wrong moment leaves that.
  const other = found.filter(([path, now]) => !isThere(now, contents.get(path)));
  const edited = other.flatMap(([path]) => (dirty.has(path) ? [path] : []));
  if (edited.length > 0) throw inTheWay(top, edited, "changed and not committed");
  const blocked = other.flatMap(([path, now]) => (blocks(path, now, trees) ? [path] : []));
  const behindLinks = await behindALink(paths, top, files);
  if (blocked.length + behindLinks.length > 0)
    throw inTheWay(top, [...blocked, ...behindLinks], "there already, and not known to git");
  const changes = found.map(([path, expected]) =>
    changeOf({ path, expected, top, trees, content: contents.get(path) }),
  );
  return [...changes, ...emptied(trees, top).filter(({ path }) => !stays(`${relativeTo(top, path)}/`))];
}

function isRepository(path: string, { from, to }: Trees): boolean {
  return from.get(path)?.mode === REPOSITORY || to.get(path)?.mode === REPOSITORY;
}

function inTheWay(top: string, paths: readonly string[], what: string): AtkError {
  const problems = paths.map((path) => ({ message: path, at: { file: join(top, path) } }));
  return new AtkError(
    "E_GIT",
    `cannot sync: what the remote has needs files that are ${what}: ${paths.join(", ")}; nothing was changed`,
    {
      at: { file: top },
      problems: problems.length > 1 ? problems : [],
      hint: "commit them (atk git add, atk git commit) or put them aside (atk git stash -u), then atk sync",
    },
  );
}

async function expectedAt(path: string, files: Files): Promise<Expected | "folder"> {
  const stat = await files.stat(path);
  if (stat === undefined) return { state: "absent" };
  if (stat.type === "link") return { state: "link", target: (await files.readLink(path)) ?? "" };
  if (stat.type !== "file") return "folder";
  return { state: "file", digest: digestBytes((await files.read(path)) ?? new Uint8Array()) };
}

/** What is at a path, when it is just this content. */
export async function isHeld(
  path: string,
  content: CheckedOut | undefined,
  files: Files,
): Promise<Expected | undefined> {
  const now = await expectedAt(path, files);
  return content === undefined || now === "folder" || !isThere(now, content) ? undefined : now;
}

/** Whether a path holds what it will hold. */
function isThere(now: Expected | "folder", content: CheckedOut | undefined): boolean {
  if (now === "folder") return false;
  if (content === undefined) return now.state === "absent";
  if (content.type === "link") return now.state === "link" && now.target === content.target;
  return now.state === "file" && now.digest === digestBytes(content.bytes);
}

/** A new file comes where something else stands. */
function blocks(path: string, now: Expected | "folder", { from }: Trees): boolean {
  return now === "folder" || (!from.has(path) && now.state !== "absent");
}

/** A folder on the way that is a link leads out of the repository: a plugin that is used from where it is. */
async function behindALink(paths: readonly string[], top: string, files: Files): Promise<readonly string[]> {
  const folders = new Set(paths.flatMap(foldersOf));
  const links = new Set<string>();
  for (const folder of folders) if ((await files.stat(join(top, folder)))?.type === "link") links.add(folder);
  return [...links].sort();
}

function foldersOf(path: string): readonly string[] {
  const above = dirname(path);
  return above === "." ? [] : [...foldersOf(above), above];
}

interface Changing {
  readonly path: string;
  readonly expected: Expected | "folder";
  readonly top: string;
  readonly trees: Trees;
  readonly content: CheckedOut | undefined;
}

function changeOf({ path: name, expected, top, trees, content }: Changing): FileChange {
  const path = join(top, name);
  if (expected === "folder") throw new Error(`${path} is a folder`);
  if (content === undefined) return { type: "remove", path, expected };
  if (content.type === "link") return { type: "link", path, target: content.target, expected };
  const mode = content.isExecutable ? 0o755 : 0o644;
  const isOther = trees.from.has(name) && trees.from.get(name)?.mode !== trees.to.get(name)?.mode;
  return { type: "write", path, bytes: content.bytes, mode, expected, ...(isOther ? { forceMode: true } : {}) };
}

/** git has no empty folders. */
function emptied({ from, to }: Trees, top: string): readonly Extract<FileChange, { type: "remove-directory" }>[] {
  const kept = new Set([...to.keys()].flatMap(foldersOf));
  const gone = new Set([...from.keys()].filter((path) => !to.has(path)).flatMap(foldersOf));
  return [...gone]
    .filter((folder) => !kept.has(folder))
    .map((folder) => ({ type: "remove-directory", path: join(top, folder) }));
}
