import { AtkError } from "../core/errors.ts";
import type { CommandSurroundings } from "../core/resource.ts";
import type { Context } from "./context.ts";
import type { Task } from "./next-state.ts";
import { fromRecord, insideOf } from "./plugin-isolation.ts";
import { runLifecycle, type LifecycleCommand } from "./run-lifecycle.ts";

/** What was run, and how to take it back. */
export interface CommandsRun {
  undo(): Promise<void>;
}

interface Command extends LifecycleCommand {
  readonly undo: string | undefined;
}

/**
 * Runs the install commands of new content, in order.
 * @throws AtkError E_COMMAND with the exit code and the last lines of output; installs that were run before are undone.
 */
export async function runInstalls(tasks: readonly Task[], context: Context): Promise<CommandsRun> {
  const done: Command[] = [];
  const undo = async (): Promise<void> => {
    for (const command of done.reverse()) {
      if (command.undo !== undefined)
        await runLifecycle({ ...command, line: command.undo }, context).catch(() => undefined);
    }
  };
  for (const task of tasks) {
    const command = installOf(task);
    if (command === undefined) continue;
    await runLifecycle(command, context).catch(async (error: unknown) => {
      await undo();
      throw error;
    });
    done.push(command);
  }
  return { undo };
}

/**
 * Runs the uninstall commands of what goes, while its files are still there.
 * @throws AtkError E_COMMAND, unless forced: then it is said and the removal goes on.
 */
export async function runUninstalls(tasks: readonly Task[], forced: boolean, context: Context): Promise<void> {
  for (const task of tasks) {
    const command = uninstallOf(task, context);
    if (command === undefined) continue;
    await runLifecycle(command, context).catch((error: unknown) => {
      if (!forced || !(error instanceof AtkError)) throw error;
      context.tell({ type: "warning", message: error.message });
    });
  }
}

/** Whether a task runs an install command. */
export function isInstall(task: Task): boolean {
  return installOf(task) !== undefined;
}

function installOf({ item }: Task): Command | undefined {
  const content = item.resource?.content;
  if (content?.kind !== "command" || item.change.verdict === "adopt") return undefined;
  return {
    owner: item.change.owner,
    line: content.command,
    cwd: content.cwd,
    surroundings: content.surroundings,
    undo: content.undo,
  };
}

function uninstallOf({ item }: Task, context: Context): Command | undefined {
  const undo = item.resource === undefined && item.change.verdict === "delete" ? item.recorded?.undo : undefined;
  if (undo === undefined) return undefined;
  const { owner } = item.change;
  const { command: line, cwd, isolation } = undo;
  const { inside } = insideOf(fromRecord(isolation), { plugin: owner, directory: cwd, env: {} }, context);
  const surroundings = async (): Promise<CommandSurroundings> => ({
    env: {},
    secrets: [],
    ...(inside === undefined ? {} : { inside: (words) => inside(words, "script") }),
  });
  return { owner, line, cwd, surroundings, undo: undefined };
}
