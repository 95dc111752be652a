import { join } from "node:path";
import type { State } from "../../core/state.ts";
import type { FileChange } from "../../host/file-change.ts";
import { prepare } from "../../log/transaction.ts";
import { lookAgain, type Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { finishOpenWork, withHomeLock } from "../open-work.ts";
import { readState } from "../state-store.ts";
import type { HomeRepository } from "./home-repository.ts";
import { isHeld, type Trees } from "./move-files.ts";

/** A commit that had files of plugins that went, which stay on disk until what they started is stopped and undone. */
const LEAVING = "refs/atk/leaving/";

export function leavingRef(commit: string): string {
  return `${LEAVING}${commit}`;
}

/** Folders (`plugins/NAME/`) that go as a whole while something of theirs has to be stopped or undone, which is done inside them. */
export function leavingFolders(trees: Trees, prefix: string, state: State): readonly string[] {
  const needed = Object.values(state.resources).filter(({ noun }) => noun === "install" || noun === "service");
  const folders = [...new Set(needed.map(({ owner }) => `${prefix}plugins/${owner}/`))];
  const has = (tree: Trees["from"], folder: string): boolean =>
    [...tree.keys()].some((path) => path.startsWith(folder));
  return folders.filter((folder) => has(trees.from, folder) && !has(trees.to, folder));
}

/**
 * Takes the files away that a move had left for this, as far as nobody has changed them and nothing is recorded for the plugin any
 * more. What is still to be undone waits for the next sync.
 */
export async function sweepLeft(repository: HomeRepository, outer: Context): Promise<void> {
  const { git } = repository;
  if ((await git.listRefs(LEAVING)).length === 0) return;
  await withHomeLock(outer, "Sync", async () => {
    await finishOpenWork(outer);
    for (const ref of await git.listRefs(LEAVING)) await sweep(ref, repository, lookAgain(outer));
  });
}

async function sweep(ref: string, repository: HomeRepository, context: Context): Promise<void> {
  const { git, prefix } = repository;
  const { host, workspace } = context;
  const head = await git.head();
  const [from, to] = await Promise.all([git.entriesAt(ref), git.entriesAt(head.commit ?? ref)]);
  const [{ manifest }, state] = await Promise.all([readInputs(context), readState(host.files, workspace)]);
  const wanted = new Set(manifest.plugins.map(({ name }) => name));
  const recorded = new Set(Object.values(state.resources).map(({ owner }) => owner));
  const gone = [...from.keys()].filter((path) => !to.has(path) && path.startsWith(`${prefix}plugins/`));
  const nameOf = (path: string): string => path.slice(`${prefix}plugins/`.length).split("/")[0] ?? "";
  const left = gone.filter((path) => !wanted.has(nameOf(path)));
  const paths = left.filter((path) => !recorded.has(nameOf(path)));
  const changes = await removals(paths, ref, repository, context);
  const place = { files: host.files, directory: workspace.stateDirectory, now: () => host.now() };
  const transaction = await prepare({ label: "Sync", changes, note: {} }, place);
  await transaction.commit();
  await transaction.close();
  if (paths.length === left.length) await git.writeRef(ref, undefined);
}

async function removals(
  paths: readonly string[],
  ref: string,
  { git, top }: HomeRepository,
  { host: { files } }: Context,
): Promise<readonly FileChange[]> {
  const contents = await git.checkedOut(ref, paths);
  const changes: FileChange[] = [];
  const folders = new Set<string>();
  for (const path of paths) {
    const expected = await isHeld(join(top, path), contents.get(path), files);
    if (expected !== undefined) changes.push({ type: "remove", path: join(top, path), expected });
    const parts = path.split("/");
    for (let end = parts.length - 1; end > 0 && parts[end - 1] !== "plugins"; end -= 1)
      folders.add(join(top, ...parts.slice(0, end)));
  }
  return [...changes, ...[...folders].map((path) => ({ type: "remove-directory", path }) as const)];
}
