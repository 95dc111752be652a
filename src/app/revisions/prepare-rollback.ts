import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { parseLock, printLock } from "../../manifest/lock-file.ts";
import type { Lock } from "../../manifest/lock.ts";
import { SECRETS_FILE } from "../../secrets/secrets-file.ts";
import type { ChangeRequest } from "../change.ts";
import type { Context } from "../context.ts";
import { EMPTY_LOCK, withManifest, type Inputs } from "../inputs.ts";
import { npmPins, treeFile } from "../pins/tree-files.ts";
import { storeDirectory } from "../secrets.ts";
import type { ExactFile } from "../undo/exact-files.ts";
import { findRevision, textAt, type Revision } from "./find-revision.ts";
import { treesAt } from "./trees-at.ts";

export interface RollbackRequest {
  /** A commit, tag, branch or time. */
  readonly to: string;
  /** Also the file of secrets: values that were changed since come back. */
  readonly secrets: boolean;
}

/** How the manifest's files are brought back: what `change` is told. */
export interface Rollback {
  readonly commit: string;
  readonly request: Pick<ChangeRequest, "edit" | "rework" | "selection" | "message">;
}

/**
 * The manifest, the lock with what lies beside it, and .gitignore as they were in a commit. What was allowed then is allowed.
 * The history of git goes on: what comes of it is a new commit. Reads only.
 * @throws AtkError E_GIT when there is no such revision or it has no manifest; E_MANIFEST, E_LOCK when this version cannot read it.
 */
export async function prepareRollback({ to, secrets }: RollbackRequest, context: Context): Promise<Rollback> {
  const { workspace } = context;
  const revision = await findRevision(to, context);
  const { commit } = revision;
  const manifest = await textAt(revision, workspace.manifestFile);
  if (manifest === undefined)
    throw new AtkError("E_GIT", `commit ${commit.slice(0, 7)} has no ${workspace.manifestFile}`, {
      hint: `git -C ${workspace.directory} log --oneline -- ${workspace.manifestFile}`,
    });
  const lockText = await textAt(revision, workspace.lockFile);
  const lock = lockText === undefined ? EMPTY_LOCK : parseLock(lockText, workspace.lockFile);
  return {
    commit,
    request: {
      message: `Roll back to ${commit.slice(0, 7)}`,
      selection: { names: [] },
      edit: async (inputs: Inputs) => ({
        ...(await withManifest(inputs, manifest, context)),
        lock,
        left: Object.keys(inputs.lock.plugins),
        trees: await npmTreesAt(lock, revision, context),
        contents: await treesAt(revision, lock, context),
      }),
      rework: async (work, { wish }, fresh) => {
        const isSameLock = work.plan.approvals === undefined && printLock(wish.lock) === printLock(lock);
        const exact = await filesAt(revision, { secrets, isSameLock }, fresh);
        return { ...work, exact: lockText === undefined && isSameLock ? [...exact, noLock(context)] : exact };
      },
    },
  };
}

interface Chosen {
  readonly secrets: boolean;
  readonly isSameLock: boolean;
}

/** What stands beside the manifest, as it was. */
async function filesAt(revision: Revision, chosen: Chosen, context: Context): Promise<readonly ExactFile[]> {
  const { directory, lockFile } = context.workspace;
  const store = chosen.secrets ? [join(storeDirectory(context), SECRETS_FILE)] : [];
  const files = [join(directory, ".gitignore"), ...(chosen.isSameLock ? [lockFile] : []), ...store];
  const beside = await revision.git.filesAt({ commit: revision.commit, folder: `${lockFile}.d` });
  const named = beside.map(({ path }) => join(revision.git.directory, path));
  const exact = await Promise.all([...files, ...named].map(async (path) => exactAt(revision, path)));
  return exact.flat();
}

function noLock({ workspace }: Context): ExactFile {
  return { path: workspace.lockFile, to: { state: "absent" }, record: undefined, isOwn: true };
}

/** A file that was not there then is left: what the lock no longer names goes by itself. */
async function exactAt({ git, commit }: Revision, path: string): Promise<readonly ExactFile[]> {
  const bytes = await git.readFileAt(commit, path);
  if (bytes === undefined) return [];
  return [{ path, to: { state: "file", bytes, mode: 0o644 }, record: undefined, isOwn: true }];
}

async function npmTreesAt(
  lock: Lock,
  revision: Revision,
  { workspace }: Context,
): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    npmPins(lock).map(async (pin) => [pin.tree, await textAt(revision, treeFile(workspace.lockFile, pin))] as const),
  );
  return Object.fromEntries(found.flatMap(([tree, text]) => (text === undefined ? [] : [[tree, text]])));
}
