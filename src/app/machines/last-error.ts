import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { isObject, type Json } from "../../core/json.ts";
import { makeDirectories, type Context } from "../context.ts";
import type { MachineRecord } from "./machine-record.ts";

/** Wrong words, a no and Ctrl-C are nothing that failed. */
const NO_FAILURE: ReadonlySet<string> = new Set(["E_USAGE", "E_INTERRUPTED", "E_BUSY", "E_PLUGIN_NOT_FOUND"]);

/** Does a change and keeps the code of its error, so that the other machines can be told. Best effort beside the change itself. */
export async function rememberingError<T>(context: Context, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    await forget(context);
    return result;
  } catch (error) {
    await remember(error, context).catch(() => undefined);
    throw error;
  }
}

/** The last change failed with it; undefined when it did not. */
export async function lastError({ host, ...context }: Context): Promise<MachineRecord["error"]> {
  const bytes = await host.files.read(fileOf({ host, ...context })).catch(() => undefined);
  if (bytes === undefined) return undefined;
  try {
    const data = JSON.parse(new TextDecoder().decode(bytes)) as Json;
    if (!isObject(data)) return undefined;
    const { code, at } = data;
    return typeof code === "string" && typeof at === "string" ? { code, at } : undefined;
  } catch {
    return undefined;
  }
}

async function remember(error: unknown, context: Context): Promise<void> {
  const code = error instanceof AtkError ? error.code : "fault";
  if (NO_FAILURE.has(code)) return;
  const { files, now } = { files: context.host.files, now: context.host.now() };
  const path = fileOf(context);
  const beside = `${path}.${process.pid}`;
  await makeDirectories(files, context.workspace.stateDirectory);
  await files.create(beside, new TextEncoder().encode(JSON.stringify({ code, at: now.toISOString() })), 0o600);
  await files.rename(beside, path);
}

async function forget(context: Context): Promise<void> {
  const path = fileOf(context);
  if ((await context.host.files.stat(path)) !== undefined) await context.host.files.unlink(path).catch(() => undefined);
}

function fileOf({ workspace }: Context): string {
  return join(workspace.stateDirectory, "last-error.json");
}
