import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { refuseUnapproved } from "../approvals.ts";
import type { Context } from "../context.ts";
import { commandSurroundings } from "../install-resource.ts";
import { removeTree } from "./remove-tree.ts";
import type { GoodPlugin } from "../plugin-env.ts";
import { runLifecycle } from "../run-lifecycle.ts";

/** Runs work with a folder for the plugin's own command; it lies in the plugin's folder, which its sandbox can write, and is removed. */
export async function withCommandFolder<T>(plugin: GoodPlugin, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(plugin.directory, { recursive: true });
  // Of a run that was killed.
  for (const name of (await readdir(plugin.directory)).filter((each) => each.startsWith(".atk-work-")))
    await removeTree(join(plugin.directory, name));
  const folder = await mkdtemp(join(plugin.directory, ".atk-work-"));
  try {
    return await work(folder);
  } finally {
    await removeTree(folder);
  }
}

/** As the other commands of the plugin: approved, apart from the machine where it says so, secrets hidden. @throws AtkError E_COMMAND, E_APPROVAL */
export async function runDataCommand(
  plugin: GoodPlugin,
  { line, folder }: { readonly line: string; readonly folder: string },
  context: Context,
): Promise<void> {
  refuseUnapproved([plugin]);
  const surroundings = async (): ReturnType<typeof commandSurroundings> => {
    const made = await commandSurroundings(plugin, context);
    return { ...made, env: { ...made.env, ATK_BACKUP_DIR: folder } };
  };
  await runLifecycle({ owner: plugin.entry.name, line, cwd: plugin.directory, surroundings }, context);
}
