import { AtkError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { prepare } from "../../log/transaction.ts";
import type { Context } from "../context.ts";
import { readState } from "../state-store.ts";
import { type HomeRepository } from "./home-repository.ts";
import { keepBefore } from "./kept-refs.ts";
import { leavingFolders, leavingRef } from "./leaving.ts";
import { changedPaths, fileChanges } from "./move-files.ts";

/** A move of the home's branch, as the journal holds it. */
export interface Move {
  readonly top: string;
  readonly branch: string;
  readonly from: string;
  readonly to: string;
  readonly paths: readonly string[];
}

export interface Moved {
  /** Files that changed, from the top of the repository. */
  readonly files: readonly string[];
  /** The reference that keeps where the branch was. */
  readonly kept: string;
}

const LABEL = "Sync";

/**
 * Moves the branch, git's index and the working tree to a commit, all or nothing. The files go first, as a transaction, and the
 * branch last: whoever is killed in between leaves a journal, and the next run moves the branch.
 * Called with the home locked. @throws AtkError E_GIT, E_STALE, E_FILE: nothing is changed
 */
export async function moveHome(
  { branch, from, to }: Pick<Move, "branch" | "from" | "to">,
  repository: HomeRepository,
  { host, workspace }: Context,
): Promise<Moved> {
  const { git, top } = repository;
  const [before, after] = await Promise.all([git.entriesAt(from), git.entriesAt(to)]);
  const trees = { from: before, to: after };
  const paths = changedPaths(trees);
  const state = await readState(host.files, workspace);
  const staying = leavingFolders(trees, repository.prefix, state);
  const changes = await fileChanges({ trees, commit: to, staying }, repository, host.files);
  if (staying.length > 0) await git.writeRef(leavingRef(from), from);
  const kept = await keepBefore(repository, from, host.now());
  const move: Move = { top, branch, from, to, paths };
  const transaction = await prepare(
    { label: LABEL, changes, note: { move: { ...move, paths: [...paths] } satisfies JsonObject } },
    { files: host.files, directory: workspace.stateDirectory, now: () => host.now() },
  );
  await transaction.commit();
  const putBack = async (error: unknown): Promise<never> => {
    await transaction.rollBack();
    throw error;
  };
  if (!(await git.moveBranch({ ...move, reason: "atk sync" }).catch(putBack))) await putBack(elsewhere(branch, top));
  await transaction.close();
  return { files: paths, kept };
}

function elsewhere(branch: string, top: string): AtkError {
  return new AtkError("E_STALE", `${branch} was moved by somebody else meanwhile; everything was put back as it was`, {
    at: { file: top },
    hint: "atk sync",
  });
}

/** Ends a move whose files are in place already. Doing it again changes nothing. */
export async function finishMove(note: unknown, { host, tell }: Context): Promise<void> {
  const move = note as Move;
  const { chooseGit } = await import("../../git/choose-git.ts");
  const git = await chooseGit(host, move.top);
  if (await git.moveBranch({ ...move, reason: "atk sync" })) return;
  const message = `the branch ${move.branch} was moved by somebody else, so what a sync had brought stands uncommitted in ${move.top}`;
  tell({ type: "warning", message, hint: "atk git status" });
}
