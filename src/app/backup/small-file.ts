import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { makePrivateDirectory } from "../../log/durable.ts";
import type { Context } from "../context.ts";
import { backupDirectory } from "./backup-place.ts";

/** A small file of JSON in the backup's own folder; undefined where it is not there or cannot be read: nothing hangs on it then. */
export async function readSmall<T>(name: string, context: Context): Promise<T | undefined> {
  const bytes = await context.host.files.read(join(backupDirectory(context), name));
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch {
    return undefined;
  }
}

/** All of it or nothing, durable when it returns; undefined removes it. */
export async function writeSmall(name: string, value: unknown, context: Context): Promise<void> {
  const { files } = context.host;
  const path = join(backupDirectory(context), name);
  if (value === undefined) {
    if ((await files.stat(path)) !== undefined) await files.unlink(path);
    return;
  }
  await makePrivateDirectory(dirname(path), files);
  const beside = `${path}.${randomBytes(6).toString("hex")}`;
  await files.create(beside, new TextEncoder().encode(`${JSON.stringify(value)}\n`), 0o600);
  await files.rename(beside, path);
  await files.syncDirectory(dirname(path));
}
