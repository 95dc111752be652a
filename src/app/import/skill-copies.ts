import { dirname, join } from "node:path";
import { digestBytes } from "../../host/digest.ts";
import type { FileChange } from "../../host/file-change.ts";
import type { Host } from "../../core/host.ts";
import { readTree } from "../../sources/read-tree.ts";
import type { Context } from "../context.ts";
import type { ImportEntry } from "./import-entry.ts";

/** The machine as it would be with the copies: what is asked of a copy is answered by its original. */
export function withCopies(host: Host, entries: readonly ImportEntry[], { workspace }: Context): Host {
  const copies = entries.flatMap(({ name, copyFrom }) =>
    copyFrom === undefined ? [] : [{ to: join(workspace.directory, name), from: copyFrom }],
  );
  if (copies.length === 0) return host;
  const original = (path: string): string => {
    const copy = copies.find(({ to }) => path === to || path.startsWith(`${to}/`));
    return copy === undefined ? path : copy.from + path.slice(copy.to.length);
  };
  const { files } = host;
  return {
    ...host,
    files: {
      ...files,
      read: (path) => files.read(original(path)),
      stat: (path) => files.stat(original(path)),
      readLink: (path) => files.readLink(original(path)),
      realPath: (path) => files.realPath(original(path)),
      list: (path) => files.list(original(path)),
    },
  };
}

/**
 * Puts the copies beside the manifest, where planning looks for them. Nothing refers to them yet: stopped half way, they are
 * folders that nobody uses.
 */
export async function writeCopies(entries: readonly ImportEntry[], { host, workspace }: Context): Promise<void> {
  for (const { name, copyFrom } of entries) {
    if (copyFrom === undefined) continue;
    const tree = await readTree(copyFrom, host.files);
    for (const entry of tree.entries) {
      if (entry.type !== "file") continue;
      const path = join(workspace.directory, name, entry.path);
      await makeFolders(dirname(path), host.files);
      await host.files.create(path, await tree.read(entry.path), entry.executable ? 0o755 : 0o644);
    }
  }
}

/** The copies as files that belong to the change, so that they are committed with it. */
export async function copiesWritten(
  entries: readonly ImportEntry[],
  { host, workspace }: Context,
): Promise<readonly FileChange[]> {
  const changes: FileChange[] = [];
  for (const { name, copyFrom } of entries) {
    if (copyFrom === undefined) continue;
    const folder = join(workspace.directory, name);
    const tree = await readTree(folder, host.files);
    for (const { path } of tree.entries) {
      const bytes = await tree.read(path);
      const expected = { state: "file", digest: digestBytes(bytes) } as const;
      changes.push({ type: "write", path: join(folder, path), bytes, mode: 0o644, expected });
    }
  }
  return changes;
}

async function makeFolders(path: string, files: Host["files"]): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await makeFolders(dirname(path), files);
  await files.makeDirectory(path, 0o755);
}
