import { records } from "../native/run-git.ts";
import type { Branch, BranchFiles } from "./shared-branch.ts";

/** The folder of a commit as git lists it, so that what is not edited stays exactly as it is. */
export interface Listing {
  /** Lines of `ls-tree` beside the folder. */
  readonly beside: readonly string[];
  /** Lines of `ls-tree` in the folder, by name. */
  readonly inside: ReadonlyMap<string, string>;
}

const EMPTY: Listing = { beside: [], inside: new Map() };

export async function listBranch({ git, folder }: Branch, commit: string | undefined): Promise<Listing> {
  if (commit === undefined) return EMPTY;
  const list = async (tree: string): Promise<readonly string[]> =>
    records((await git({ task: "list files", args: ["ls-tree", "-z", "--full-tree", tree] })).stdout);
  const top = await list(commit);
  const isFolder = (line: string): boolean => line.endsWith(`\t${folder}`);
  const found = top.find((line) => isFolder(line) && line.startsWith("040000 tree "));
  const inside = found === undefined ? [] : await list(`${commit}:${folder}`);
  return { beside: top.filter((line) => !isFolder(line)), inside: new Map(inside.map((line) => [nameIn(line), line])) };
}

function nameIn(line: string): string {
  return line.slice(line.indexOf("\t") + 1);
}

/** What atk writes is much smaller; of larger files only so much is read, and more files than that are not. */
const MOST_CHARACTERS = 256 * 1024;
const MOST_FILES = 2000;

/** The texts of the files in the folder. */
export async function readFiles({ git }: Branch, { inside }: Listing): Promise<BranchFiles> {
  const blobs = [...inside].flatMap(([name, line]) => {
    const id = /^100(?:644|755) blob ([0-9a-f]+)\t/.exec(line)?.[1];
    return id === undefined ? [] : [{ name, id }];
  });
  if (blobs.length === 0) return new Map();
  const chosen = blobs.slice(0, MOST_FILES);
  const input = chosen.map(({ id }) => `${id}\n`).join("");
  const { stdout } = await git({ task: "read files", args: ["cat-file", "--batch"], input });
  const texts = split(stdout);
  return new Map(chosen.map(({ name, id }) => [name, texts.get(id) ?? ""]));
}

/**
 * `<id> SP blob SP <size> LF <content> LF` for each. The sizes are of bytes, and bytes that are no UTF-8 have been replaced by
 * then, so the next head is looked for as such: only a damaged file can be read wrongly by that.
 */
function split(output: string): ReadonlyMap<string, string> {
  const heads = [...output.matchAll(/^([0-9a-f]{40,64}) blob \d+\n/gm)];
  return new Map(
    heads.map((head, index) => {
      const end = heads[index + 1]?.index ?? output.length;
      const start = head.index + head[0].length;
      return [head[1] ?? "", output.slice(start, Math.min(end, start + MOST_CHARACTERS)).replace(/\n$/, "")];
    }),
  );
}
