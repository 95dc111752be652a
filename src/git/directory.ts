import { dirname, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files } from "../core/host.ts";

/**
 * Runs a job that fills a directory, which is made when absent. When the job fails the directory is as empty as before.
 * @throws AtkError E_GIT when something is in the directory already; that stays untouched.
 */
export async function fillDirectory<T>(files: Files, directory: string, job: () => Promise<T>): Promise<T> {
  if (((await files.list(directory)) ?? []).length > 0) {
    throw new AtkError("E_GIT", `will not clone into ${directory}: it is not empty`, {
      at: { file: directory },
    });
  }
  await makeDirectories(files, directory);
  try {
    return await job();
  } catch (error) {
    await removeContents(files, directory);
    throw error;
  }
}

async function makeDirectories(files: Files, directory: string): Promise<void> {
  if ((await files.stat(directory)) !== undefined) return;
  await makeDirectories(files, dirname(directory));
  await files.makeDirectory(directory);
}

async function removeContents(files: Files, directory: string): Promise<void> {
  for (const { name, type } of (await files.list(directory)) ?? []) {
    const path = join(directory, name);
    if (type !== "directory") {
      await removeFile(files, path);
      continue;
    }
    await removeContents(files, path);
    await files.removeDirectory(path);
  }
}

/** git's objects are read-only, and Windows does not delete what is. */
async function removeFile(files: Files, path: string): Promise<void> {
  const stat = await files.stat(path);
  if (stat?.type === "file" && (stat.mode & 0o200) === 0) await files.changeMode(path, 0o600);
  await files.unlink(path);
}
