import { relative } from "node:path";
import type { ReadFiles } from "../../src/core/host.ts";

/** Everything below a folder as plain text: path -> `file 644 content`, `link target` or `directory`. */
export async function treeOf(files: ReadFiles, folder: string): Promise<Readonly<Record<string, string>>> {
  const tree: Record<string, string> = {};
  await collect(files, folder, folder, tree);
  return tree;
}

async function collect(files: ReadFiles, root: string, folder: string, tree: Record<string, string>): Promise<void> {
  for (const { name, type } of (await files.list(folder)) ?? []) {
    const path = `${folder}/${name}`;
    tree[relative(root, path)] = await describeEntry(files, path, type);
    if (type === "directory") await collect(files, root, path, tree);
  }
}

async function describeEntry(files: ReadFiles, path: string, type: string): Promise<string> {
  if (type === "link") return `link ${await files.readLink(path)}`;
  const mode = (await files.stat(path))?.mode.toString(8);
  if (type !== "file") return `${type} ${mode}`;
  return `file ${mode} ${new TextDecoder().decode(await files.read(path))}`;
}
