import { AtkError } from "../core/errors.ts";
import type { Context } from "./context.ts";
import type { Task } from "./next-state.ts";

/** What was run, and how to take it back. */
export interface CommandsRun {
  undo(): Promise<void>;
}

interface Command {
  readonly owner: string;
  readonly line: string;
  readonly cwd: string;
  readonly env: () => Promise<Readonly<Record<string, string>>>;
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
      if (command.undo !== undefined) await run({ ...command, line: command.undo }, context).catch(() => undefined);
    }
  };
  for (const task of tasks) {
    const command = installOf(task);
    if (command === undefined) continue;
    await run(command, context).catch(async (error: unknown) => {
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
    const command = uninstallOf(task);
    if (command === undefined) continue;
    await run(command, context).catch((error: unknown) => {
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
  return { owner: item.change.owner, line: content.command, cwd: content.cwd, env: content.env, undo: content.undo };
}

function uninstallOf({ item }: Task): Command | undefined {
  const undo = item.resource === undefined && item.change.verdict === "delete" ? item.recorded?.undo : undefined;
  return undo === undefined
    ? undefined
    : { owner: item.change.owner, line: undo.command, cwd: undo.cwd, env: async () => ({}), undo: undefined };
}

const LAST_LINES = 8;

function run(command: Command, context: Context): Promise<void> {
  return context.step(`${command.owner}: ${command.line}`, () => runNow(command, context));
}

async function runNow({ owner, line, cwd, env: variables }: Command, { host }: Context): Promise<void> {
  const env = await variables();
  const shell = host.machine.platform === "windows" ? ["cmd", "/d", "/s", "/c", line] : ["/bin/sh", "-c", line];
  const [command = "", ...args] = shell;
  const result = await host.programs.run({ command, args, cwd, env });
  if (result.exitCode === 0) return;
  const output = `${result.stdout}${result.stderr}`.trim().split("\n").slice(-LAST_LINES).join("\n");
  const shown = hideValues(output, env);
  throw new AtkError(
    "E_COMMAND",
    `${owner}: '${line}' ended with exit code ${result.exitCode}${shown === "" ? "" : `:\n${shown}`}`,
    {
      hint: `nothing was changed; run it by hand in ${cwd} to see more`,
    },
  );
}

function hideValues(text: string, env: Readonly<Record<string, string>>): string {
  return Object.values(env)
    .filter((value) => value.length >= 6)
    .reduce((shown, value) => shown.replaceAll(value, "(hidden)"), text);
}
