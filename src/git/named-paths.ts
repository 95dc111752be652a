import { isAbsolute, join, relative, sep } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";
import { isSecretPath } from "./secret-path.ts";

/**
 * Paths as git names them: relative to the top, forward slashes, each once, sorted.
 * @throws AtkError E_GIT for a path outside the repository or inside a `.git`.
 */
export function namedPaths(directory: string, paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => namedPath(directory, path)))].sort();
}

export function namedPath(directory: string, path: string): string {
  const local = relative(directory, isAbsolute(path) ? path : join(directory, path));
  const segments = local.split(sep);
  if (path === "" || local === "" || segments[0] === ".." || isAbsolute(local))
    throw refused(path, "outside the repository", directory);
  if (path.includes("\0")) throw refused(path.replaceAll("\0", "\\0"), "not a file name: it holds a NUL", directory);
  if (segments.some(isGitName)) throw refused(path, "inside a .git folder", directory);
  return segments.join("/");
}

/** Windows also reaches `.git` by its short name `git~1`, and drops trailing dots and spaces. */
function isGitName(segment: string): boolean {
  return /^(\.git|git~1)[. ]*$/i.test(segment);
}

function refused(path: string, why: string, directory: string): AtkError {
  return new AtkError("E_GIT", `will not commit ${path}: it is ${why}`, { at: { file: directory } });
}

/**
 * Checks what only the disk can tell, before anything is staged.
 * @throws AtkError E_SECRET_IN_GIT for a secret that is there (its deletion may be committed); E_GIT for a path below a
 * nested repository or below a symbolic link.
 */
export async function checkOnDisk(files: ReadFiles, directory: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (isSecretPath(path) && (await files.stat(join(directory, path))) !== undefined)
      throw secretError(path, directory);
  }
  const parents = [...new Set(paths.flatMap(foldersOf))].sort();
  for (const parent of parents) await checkFolder(files, { directory, parent, paths });
}

export function secretError(path: string, directory: string): AtkError {
  return new AtkError(
    "E_SECRET_IN_GIT",
    `will not commit ${path}: files called .env hold secrets and stay on this machine`,
    {
      at: { file: join(directory, path) },
      hint: "add .env to .gitignore; set its values on every machine by themselves",
    },
  );
}

/** `a/b/c` -> `a`, `a/b`, `a/b/c`: the path itself may be a folder too. */
function foldersOf(path: string): readonly string[] {
  const segments = path.split("/");
  return segments.map((_segment, index) => segments.slice(0, index + 1).join("/"));
}

interface FolderCheck {
  readonly directory: string;
  readonly parent: string;
  readonly paths: readonly string[];
}

async function checkFolder(files: ReadFiles, { directory, parent, paths }: FolderCheck): Promise<void> {
  const found = await files.stat(join(directory, parent));
  const below = paths.find((path) => path.startsWith(`${parent}/`));
  if (found?.type === "link" && below !== undefined) {
    throw refused(below, `behind the symbolic link ${parent}`, directory);
  }
  if (found?.type !== "directory") return;
  if ((await files.stat(join(directory, parent, ".git"))) !== undefined)
    throw nestedError(below ?? parent, parent, directory);
}

/** git would record such a folder as a link to a commit that nobody else has. */
export function nestedError(path: string, repository: string, directory: string): AtkError {
  return new AtkError(
    "E_GIT",
    `will not commit ${path}: ${repository} is a git repository of its own, so its files would not be in yours`,
    {
      at: { file: join(directory, repository) },
      hint: `remove ${repository}/.git (and run \`git rm --cached ${repository}\` if git lists it), or commit inside ${repository}`,
    },
  );
}
