import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import type { FileStat, Files, Host, RunRequest, RunResult } from "../../src/core/host.ts";

/** The machine these tests run on, with an environment of its own. */
export function realHost(env: Readonly<Record<string, string>>, homeDirectory: string): Host {
  return {
    files,
    programs: { run: async (request) => run(request, env), find: async (program) => find(program, env["PATH"] ?? "") },
    machine: { platform: "linux", arch: process.arch, hostname: "test", homeDirectory, workingDirectory: homeDirectory, env },
    now: () => new Date(),
  };
}

async function run(request: RunRequest, env: Readonly<Record<string, string>>): Promise<RunResult> {
  const child = execa(request.command, request.args ?? [], {
    cwd: request.cwd ?? process.cwd(),
    env: { ...env, ...request.env } as Record<string, string>,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    detached: true,
    ...(request.input === undefined ? {} : { input: request.input }),
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, request.timeoutMs ?? 2 ** 31 - 1);
  const result = await child;
  clearTimeout(timer);
  return { exitCode: result.exitCode ?? 127, stdout: result.stdout, stderr: result.stderr, timedOut };
}

async function find(program: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program);
    if (await fs.access(file, constants.X_OK).then(() => true, () => false)) return file;
  }
  return undefined;
}

async function absent<T>(ask: Promise<T>): Promise<T | undefined> {
  return ask.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

type Kind = { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean };

function typeOf(entry: Kind): FileStat["type"] {
  if (entry.isSymbolicLink()) return "link";
  return entry.isDirectory() ? "directory" : entry.isFile() ? "file" : "other";
}

async function stat(path: string): Promise<FileStat | undefined> {
  const found = await absent(fs.lstat(path));
  if (found === undefined) return undefined;
  const { mode, size, mtimeMs, ctimeMs, ino } = found;
  return { type: typeOf(found), mode: mode & 0o777, sizeBytes: size, mtimeMs, ctimeMs, inode: ino };
}

const files: Files = {
  read: async (path) => absent(fs.readFile(path)),
  stat,
  readLink: async (path) => absent(fs.readlink(path)),
  realPath: async (path) => absent(fs.realpath(path)),
  list: async (path) => {
    const entries = await absent(fs.readdir(path, { withFileTypes: true }));
    return entries?.map((entry) => ({ name: entry.name, type: typeOf(entry) })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  },
  create: async (path, bytes, mode) => fs.writeFile(path, bytes, { mode, flag: "wx" }),
  append: async (path, bytes, mode) => fs.appendFile(path, bytes, { mode }),
  rename: async (from, to) => fs.rename(from, to),
  hardLink: async (from, to) => fs.link(from, to),
  symlink: async (target, path) => fs.symlink(target, path),
  unlink: async (path) => fs.unlink(path),
  makeDirectory: async (path, mode) => void (await fs.mkdir(path, { recursive: true, mode })),
  removeDirectory: async (path) => fs.rmdir(path).then(() => true, () => false),
  changeMode: async (path, mode) => fs.chmod(path, mode),
  syncDirectory: async () => {},
};
