import { join } from "node:path";
import type { Files } from "../../core/host.ts";
import { removeAll } from "../../sources/scratch.ts";
import { digestsOf, folderOf, INDEX, isIntegrity, printIndex } from "../../sources/store-index.ts";
import type { Tree } from "../../sources/tree.ts";
import { MARKER } from "./vendor-folder.ts";

/** For everybody who has the repository. */
const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

/** Nobody reads these as text: no line ends are changed, and no diff is shown. (gitattributes(5)) */
const ATTRIBUTES = "* -text\nstore/** -diff linguist-vendored\nnpm/** -diff linguist-vendored\n";

/** The folder itself with what marks it as atk's. No effect on what is there. */
export async function makeVendorFolder(root: string, files: Files): Promise<void> {
  await makeDirectories(join(root, "store"), files);
  await createOnce(join(root, ".gitattributes"), ATTRIBUTES, files);
  await createOnce(join(root, MARKER), `${JSON.stringify({ version: 1, writtenBy: "atk vendor" })}\n`, files);
}

async function createOnce(path: string, text: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await files.create(path, new TextEncoder().encode(text), FILE_MODE);
}

/** Writes a tree in the layout of the store, complete by one rename. What is there under its digest is replaced. */
export async function writeVendored(tree: Tree, root: string, files: Files): Promise<void> {
  const folder = folderOf(tree.integrity, root);
  const beside = `${folder}.new`;
  await removeAll(beside, files);
  await makeDirectories(join(beside, "files"), files);
  const paths = new Map([...digestsOf(tree.entries)].map(([path, sha256]) => [sha256, path]));
  for (const [sha256, path] of paths)
    await files.create(join(beside, "files", sha256), await tree.read(path), FILE_MODE);
  await files.create(join(beside, INDEX), printIndex(tree.entries), FILE_MODE);
  await removeAll(folder, files);
  await files.rename(beside, folder);
}

/** Digests of the trees that are there. */
export async function listVendored(root: string, files: Files): Promise<readonly string[]> {
  const found = (await files.list(join(root, "store"))) ?? [];
  return found.map(({ name }) => name).filter((name) => isIntegrity(name));
}

export async function removeVendored(integrity: string, root: string, files: Files): Promise<void> {
  await removeAll(folderOf(integrity, root), files);
}

async function makeDirectories(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await makeDirectories(join(path, ".."), files);
  await files.makeDirectory(path, DIRECTORY_MODE);
}
