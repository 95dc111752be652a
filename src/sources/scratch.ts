import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import type { Files, Machine } from "../core/host.ts";
import type { SourceContext } from "./context.ts";

/** What a killed run left behind is swept away after a day. */
const STALE_MS = 24 * 60 * 60 * 1000;

/** Gives `use` an empty folder of its own, and takes it away afterwards, whatever happens. */
export async function withScratch<Result>(
  context: SourceContext,
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  const { files, machine } = context.host;
  const parent = context.temporary === true ? temporaryDirectory(machine) : join(context.cacheDirectory, "tmp");
  await makeDirectories(files, parent);
  if (context.temporary !== true) await sweep(parent, context);
  const directory = join(parent, `atk-${randomUUID()}`);
  await files.makeDirectory(directory, 0o700);
  try {
    return await use(directory);
  } finally {
    await removeAll(directory, files);
  }
}

async function sweep(parent: string, { host }: SourceContext): Promise<void> {
  for (const { name } of (await host.files.list(parent)) ?? []) {
    const stat = await host.files.stat(join(parent, name));
    const stale = stat !== undefined && host.now().getTime() - stat.mtimeMs > STALE_MS;
    if (stale && name.startsWith("atk-")) await removeAll(join(parent, name), host.files).catch(ignore);
  }
}

/** Another process sweeps as well. */
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
  if (stat.type !== "directory") return removeOne(path, stat.mode, files);
  for (const { name } of (await files.list(path)) ?? []) await removeAll(join(path, name), files);
  await files.removeDirectory(path);
}

/** Windows does not delete what is read-only, and git's objects are. */
async function removeOne(path: string, mode: number, files: Files): Promise<void> {
  if ((mode & 0o200) === 0) await files.changeMode(path, 0o600);
  await files.unlink(path);
}
