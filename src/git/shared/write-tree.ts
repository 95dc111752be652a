import type { Listing } from "./read-branch.ts";
import type { Branch } from "./shared-branch.ts";

/** The tree of a listing with some files of the folder put or taken away, made without an index. Gives its id. */
export async function writeTree(
  { beside, inside }: Listing,
  edits: ReadonlyMap<string, string | null>,
  branch: Branch,
): Promise<string> {
  const lines = new Map(inside);
  for (const [name, text] of edits) {
    if (text === null) lines.delete(name);
    else lines.set(name, `100644 blob ${await writeBlob(text, branch)}\t${name}`);
  }
  const folder = await makeTree([...lines.values()], branch);
  return makeTree([...beside, `040000 tree ${folder}\t${branch.folder}`], branch);
}

async function writeBlob(text: string, { git }: Branch): Promise<string> {
  const args = ["hash-object", "-w", "-t", "blob", "--no-filters", "--stdin"];
  return (await git({ task: "write an object", args, input: text })).stdout.trim();
}

async function makeTree(lines: readonly string[], { git }: Branch): Promise<string> {
  const input = lines.map((line) => `${line}\0`).join("");
  return (await git({ task: "write a tree", args: ["mktree", "-z"], input })).stdout.trim();
}
