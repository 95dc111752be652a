import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import type { Files, FileStat, Machine } from "../core/host.ts";
import { isObject } from "../core/json.ts";
import { lifeOf, thisProcess } from "../host/process-identity.ts";
import type { SourceContext } from "./context.ts";

/** What belongs to nobody that can be asked is swept away after a day. */
const STALE_MS = 24 * 60 * 60 * 1000;
const NAME = /^atk-[0-9a-z-]+$/;
const OWNER = "owner.json";

/** Gives `use` an empty folder of its own, and takes it away afterwards, whatever happens. */
export async function withScratch<Result>(
  context: SourceContext,
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  const { files, machine } = context.host;
  const parent = context.temporary === true ? temporaryDirectory(machine) : join(context.cacheDirectory, "tmp");
  await makeDirectories(files, parent);
  await sweep(parent, context);
  const directory = join(parent, `atk-${randomUUID()}`);
  await files.makeDirectory(directory, 0o700);
  try {
    await files.create(join(directory, OWNER), new TextEncoder().encode(JSON.stringify(thisProcess())), 0o600);
    const work = join(directory, "work");
    await files.makeDirectory(work, 0o700);
    return await use(work);
  } finally {
    await removeAll(directory, files);
  }
}

/** Takes away what killed runs left behind, however they were killed. */
async function sweep(parent: string, context: SourceContext): Promise<void> {
  const { files } = context.host;
  for (const { name, type } of (await files.list(parent)) ?? []) {
    const path = join(parent, name);
    if (type !== "directory" || !NAME.test(name)) continue;
    // Also when another process sweeps it as well.
    if (await isLeft(path, context).catch(() => false)) await removeAll(path, files).catch(ignore);
  }
}

/** The system's folder for temporary files is everybody's: what is another user's is left alone. */
async function isLeft(path: string, { host }: SourceContext): Promise<boolean> {
  const stat = await host.files.stat(path);
  if (stat === undefined || !isOurs(stat)) return false;
  const life = await lifeOfOwner(join(path, OWNER), host.files);
  if (life !== "unknown") return life === "gone";
  return host.now().getTime() - stat.mtimeMs > STALE_MS;
}

function isOurs({ uid }: FileStat): boolean {
  return uid === undefined || process.getuid === undefined || uid === process.getuid();
}

async function lifeOfOwner(path: string, files: Files): Promise<ReturnType<typeof lifeOf>> {
  const data = parsed(await files.read(path));
  if (!isObject(data)) return "unknown";
  const { pid, hostname, table, started } = data;
  if (typeof pid !== "number" || typeof hostname !== "string" || typeof table !== "string") return "unknown";
  return lifeOf({ pid, hostname, table, ...(typeof started === "string" ? { started } : {}) });
}

/** A process that is killed while it writes leaves half of it. */
function parsed(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function ignore(): void {}

/** As node:os finds it, but from the machine that was given. */
function temporaryDirectory({ env, platform }: Machine): string {
  const named = platform === "windows" ? (env["TEMP"] ?? env["TMP"]) : (env["TMPDIR"] ?? env["TMP"] ?? env["TEMP"]);
  if (named !== undefined && named !== "") return named;
  return platform === "windows" ? `${env["SystemRoot"] ?? "C:\\Windows"}\\Temp` : "/tmp";
}

/** A directory and those above it; new ones are for the user alone. */
export async function makeDirectories(files: Files, path: string): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await makeDirectories(files, dirname(path));
  await files.makeDirectory(path, 0o700);
}

/** Everything at a path; links are taken away, not followed. */
export async function removeAll(path: string, files: Files): Promise<void> {
  const stat = await files.stat(path);
  if (stat === undefined) return;
  if (stat.type !== "directory") return removeOne(path, stat, files);
  for (const { name } of (await files.list(path)) ?? []) await removeAll(join(path, name), files);
  await files.removeDirectory(path);
}

/** Windows does not delete what is read-only, and git's objects are. Elsewhere the mode stays: other links share it. */
async function removeOne(path: string, { type, mode }: FileStat, files: Files): Promise<void> {
  if (type === "file" && (mode & 0o200) === 0 && process.platform === "win32") await files.changeMode(path, 0o600);
  await files.unlink(path);
}
