import { join } from "node:path";
import type { Recorded, RecordedFile, State } from "../core/state.ts";
import { statTuple } from "../primitives/tree.ts";
import type { Context } from "./context.ts";
import type { Task } from "./next-state.ts";
import { isInstall } from "./run-commands.ts";
import { replaceState } from "./state-store.ts";

/**
 * The state as it is when everything was done: with the commands that were run, and with what `stat` says about the files of
 * written trees, so that the next run need not read them.
 */
export async function recordDone(state: State, tasks: readonly Task[], context: Context): Promise<void> {
  const trees = tasks.filter(({ item }) => item.resource?.locator.kind === "tree");
  if (trees.length === 0 && !tasks.some(isInstall)) return;
  const measured = await Promise.all(
    trees.map(async ({ item }) => [item.key, await measure(state.resources[item.key], context)] as const),
  );
  const resources = { ...state.resources };
  for (const [key, recorded] of measured) if (recorded !== undefined) resources[key] = recorded;
  for (const task of tasks.filter(isInstall)) {
    const [recorded, content] = [resources[task.item.key], task.item.resource?.content];
    if (recorded === undefined || content?.kind !== "command") continue;
    resources[task.item.key] = { ...recorded, digest: await content.digestAfter() };
  }
  await replaceState({ ...state, resources }, context.host.files, context.workspace);
}

async function measure(recorded: Recorded | undefined, { host }: Context): Promise<Recorded | undefined> {
  if (recorded?.locator.kind !== "tree" || recorded.files === undefined) return recorded;
  const { directory } = recorded.locator;
  const files = await Promise.all(
    recorded.files.map(async (file): Promise<RecordedFile> => {
      const stat = await host.files.stat(join(directory, file.path));
      return stat?.type === "file" ? { ...file, stat: statTuple(stat) } : file;
    }),
  );
  return { ...recorded, files };
}
