import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../core/host.ts";
import { namedPath } from "../named-paths.ts";
import { noRepository } from "../operation.ts";
import { gitDirectory } from "../repository.ts";
import type { RunGit } from "./run-git.ts";

/** See `Git.readFileAt`. Text comes through the pipe; bytes that are no UTF-8 text come through a temporary file. */
export async function readFileAt(
  host: Host,
  git: RunGit,
  directory: string,
  { ref, path }: { ref: string; path: string },
): Promise<Uint8Array | undefined> {
  if ((await gitDirectory(host.files, directory)) === undefined) throw noRepository(directory);
  const blob = await findBlob(git, ref, namedPath(directory, path));
  if (blob === undefined) return undefined;
  const { stdout } = await git({ task: `read ${path}`, args: ["cat-file", "blob", blob.id] });
  const isExact = Buffer.byteLength(stdout) === blob.sizeBytes && !stdout.includes("\uFFFD");
  return isExact ? new TextEncoder().encode(stdout) : readThroughFile(host, git, { id: blob.id, directory });
}

interface Blob {
  readonly id: string;
  readonly sizeBytes: number;
}

/** 128: no such commit. Line: `<mode> SP <type> SP <id> SP+ <size> TAB <path>`. */
async function findBlob(git: RunGit, ref: string, path: string): Promise<Blob | undefined> {
  const args = ["ls-tree", "-z", "-l", "--full-tree", "--end-of-options", ref, path];
  const { stdout, exitCode } = await git({ task: `find ${path}`, args, answers: [0, 128] });
  const found = /^\d+ blob ([0-9a-f]+) +(\d+)\t/.exec(stdout);
  const [, id, size] = found ?? [];
  return exitCode !== 0 || id === undefined ? undefined : { id, sizeBytes: Number(size) };
}

/** `git unpack-file` writes a blob unchanged (no filters, no line ends) to a file in the working tree: here an empty folder of ours. */
async function readThroughFile(
  host: Host,
  git: RunGit,
  { id, directory }: { id: string; directory: string },
): Promise<Uint8Array> {
  const gitDir = await gitDirectory(host.files, directory);
  const folder = join(tmpdir(), `atk-blob-${randomUUID()}`);
  await host.files.makeDirectory(folder, 0o700);
  const env = { GIT_DIR: gitDir, GIT_WORK_TREE: folder };
  const { stdout } = await git({
    task: "read a file of a commit",
    args: ["-C", folder, "unpack-file", id],
    env,
  });
  const file = join(folder, stdout.trim());
  const bytes = await host.files.read(file);
  await host.files.unlink(file);
  await host.files.removeDirectory(folder);
  return bytes ?? new Uint8Array();
}
