import { join, relative } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { LockedPlugin } from "../../manifest/lock.ts";
import { approvedDigest } from "../../trust/approval.ts";
import type { Context } from "../context.ts";

/** How many commits of the lock are looked through. */
const LIMIT = 500;

/**
 * What the lock said of a plugin before it said what it says now, approval included: from the history of the home's repository.
 * Cost: one read for each commit that changed the lock, newest first, until one differs.
 * @throws AtkError E_LOCK when there is no such entry in the history
 */
export async function previousEntry(name: string, now: LockedPlugin, context: Context): Promise<LockedPlugin> {
  const { host, workspace } = context;
  const { chooseGit } = await import("../../git/choose-git.ts");
  const { findRepository } = await import("../../git/repository.ts");
  const top = await findRepository(host.files, workspace.directory);
  if (top === undefined) throw noHistory(name, "this folder is not a git repository");
  const git = await chooseGit(host, top, "read");
  const path = relative(top, workspace.lockFile);
  const commits = await git.commitsOf({ path, limit: LIMIT });
  for (const commit of commits) {
    const bytes = await git.readFileAt(commit, path);
    const entry = bytes === undefined ? undefined : await entryIn(bytes, name, join(top, path));
    if (entry !== undefined && approvedDigest(entry, []) !== approvedDigest(now, [])) return entry;
  }
  throw noHistory(name, `none of the ${commits.length} commits of the lock has another one`);
}

/** A lock that this version cannot read is one to pass over. */
async function entryIn(bytes: Uint8Array, name: string, file: string): Promise<LockedPlugin | undefined> {
  const { parseLock } = await import("../../manifest/lock-file.ts");
  try {
    return parseLock(new TextDecoder().decode(bytes), file).plugins[name];
  } catch (error) {
    if (error instanceof AtkError) return undefined;
    throw error;
  }
}

function noHistory(name: string, why: string): AtkError {
  return new AtkError("E_LOCK", `there is no previous version of ${name} to go back to: ${why}`, {
    hint: `atk outdated ${name}`,
  });
}
