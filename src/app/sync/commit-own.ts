import { basename } from "node:path";
import { commitWritten } from "../commit-written.ts";
import { lookAgain, type Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { finishOpenWork, withHomeLock } from "../open-work.ts";
import type { HomeRepository } from "./home-repository.ts";

/**
 * Ends what an earlier run left, and commits the home's manifest and lock as they are: an edit by hand has to travel too.
 * Nothing else of the user's is committed, and nothing is pushed. Gives whether they are committed now: a hook, a secret in them or
 * `auto_commit: false` may keep them out, which is said.
 * @throws AtkError E_MANIFEST, E_LOCK when one cannot be read: a sync would only spread that
 */
export async function commitOwnFiles(repository: HomeRepository, outer: Context): Promise<boolean> {
  return withHomeLock(outer, "Sync", async () => {
    await finishOpenWork(outer);
    const context = lookAgain(outer);
    const { manifest } = await readInputs(context);
    if (!(await isEdited(repository, context))) return true;
    const done = await commitWritten("Edit by hand", [], { ...manifest.config, autoPush: false }, context);
    if (done !== undefined) return true;
    const message = "your edits of atk.yaml are not committed, so they are not synced";
    // Elsewhere it was just said why; what was refused for a secret in it is not to be committed past the refusal.
    const hint = manifest.config.autoCommit === false ? "atk git commit -am 'Edit by hand', then atk sync" : undefined;
    context.tell({ type: "warning", message, ...(hint === undefined ? {} : { hint }) });
    return false;
  });
}

async function isEdited({ git, prefix }: HomeRepository, { host, workspace }: Context): Promise<boolean> {
  const dirty = await git.dirtyPaths();
  for (const path of [workspace.manifestFile, workspace.lockFile]) {
    const name = `${prefix}${basename(path)}`;
    if (dirty.has(name)) return true;
    if ((await host.files.stat(path)) !== undefined && !(await git.isTracked(name))) return true;
  }
  return false;
}
