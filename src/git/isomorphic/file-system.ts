import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import type { PromiseFsClient } from "isomorphic-git";
import type { Files, FileStat } from "../../core/host.ts";

/** The host's files in the form isomorphic-git wants (part of node:fs/promises). So it works on every Host, in memory too. */
export function fileSystemOf(files: Files): PromiseFsClient {
  return {
    promises: {
      readFile: async (path: string, options?: Encoding) => readFile(files, path, options),
      writeFile: async (path: string, data: string | Uint8Array, options?: { readonly mode?: number }) =>
        writeFile(files, path, { data, mode: options?.mode }),
      unlink: async (path: string) => {
        await statLink(files, path);
        await files.unlink(path);
      },
      readdir: async (path: string) => readDirectory(files, path),
      mkdir: async (path: string) => makeDirectory(files, path),
      rmdir: async (path: string) => removeDirectory(files, path),
      stat: async (path: string) => statTarget(files, path),
      lstat: async (path: string) => statLink(files, path),
      readlink: async (path: string) => (await files.readLink(path)) ?? fail("ENOENT", path),
      symlink: async (target: string, path: string) => files.symlink(target, path),
      chmod: async (path: string, mode: number) => files.changeMode(path, mode),
    },
  };
}

type Encoding = string | { readonly encoding?: string };

/** isomorphic-git tells absence from faults by these codes. */
function fail(code: "ENOENT" | "ENOTDIR" | "EISDIR" | "EEXIST" | "ENOTEMPTY", path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

async function readFile(files: Files, path: string, options?: Encoding): Promise<Uint8Array | string> {
  const stat = await statTarget(files, path);
  if (stat.isDirectory()) return fail("EISDIR", path);
  const bytes = (await files.read(path)) ?? fail("ENOENT", path);
  const encoding = typeof options === "string" ? options : options?.encoding;
  return encoding === undefined ? bytes : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

interface Contents {
  readonly data: string | Uint8Array;
  readonly mode: number | undefined;
}

/** Through a file beside it: whoever reads sees the old content or the new one, never half. */
async function writeFile(files: Files, path: string, { data, mode }: Contents): Promise<void> {
  if ((await files.stat(dirname(path))) === undefined) fail("ENOENT", path);
  const old = await files.stat(path);
  if (old?.type === "directory") fail("EISDIR", path);
  const beside = `${path}.${randomUUID().slice(0, 8)}`;
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  await files.create(beside, bytes, mode === undefined ? (old?.mode ?? 0o644) : mode & 0o755);
  await files.rename(beside, path);
}

async function readDirectory(files: Files, path: string): Promise<readonly string[]> {
  if (!(await statTarget(files, path)).isDirectory()) return fail("ENOTDIR", path);
  return ((await files.list(path)) ?? []).map((entry) => entry.name);
}

async function makeDirectory(files: Files, path: string): Promise<void> {
  if ((await files.stat(path)) !== undefined) fail("EEXIST", path);
  if ((await files.stat(dirname(path))) === undefined) fail("ENOENT", path);
  await files.makeDirectory(path);
}

async function removeDirectory(files: Files, path: string): Promise<void> {
  await statLink(files, path);
  if (!(await files.removeDirectory(path))) fail("ENOTEMPTY", path);
}

async function statTarget(files: Files, path: string): Promise<Stats> {
  const real = (await files.realPath(path)) ?? fail("ENOENT", path);
  return statLink(files, real);
}

async function statLink(files: Files, path: string): Promise<Stats> {
  return statsOf((await files.stat(path)) ?? fail("ENOENT", path));
}

const TYPE_BITS: Readonly<Record<FileStat["type"], number>> = {
  file: 0o100000,
  directory: 0o040000,
  link: 0o120000,
  other: 0,
};

type Stats = ReturnType<typeof statsOf>;

/** Device and owner are unknown here; git then looks at the content once more, which is only slower. */
function statsOf(stat: FileStat) {
  return {
    isFile: () => stat.type === "file",
    isDirectory: () => stat.type === "directory",
    isSymbolicLink: () => stat.type === "link",
    mode: TYPE_BITS[stat.type] | stat.mode,
    size: stat.sizeBytes,
    mtimeMs: stat.mtimeMs,
    ctimeMs: stat.ctimeMs,
    ino: stat.inode,
    dev: 0,
    uid: 0,
    gid: 0,
  };
}
