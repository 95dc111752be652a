import { AtkError } from "../core/errors.ts";
import type { CommandSurroundings, Words } from "../core/resource.ts";
import type { Context } from "./context.ts";
import { createOutputLines } from "./output-lines.ts";

export interface LifecycleCommand {
  readonly owner: string;
  /** For the system's shell. */
  readonly line: string;
  readonly cwd: string;
  readonly surroundings: () => Promise<CommandSurroundings>;
}

const LAST_LINES = 8;
/** Everything is shown as it comes; the result is not read. */
const KEEP_BYTES = 1;

/** Runs an install or uninstall command; its output is told line by line. @throws AtkError E_COMMAND with the exit code and the last lines */
export function runLifecycle(command: LifecycleCommand, context: Context): Promise<void> {
  return context.step(`${command.owner}: ${command.line}`, () => runNow(command, context));
}

async function runNow({ owner, line, cwd, surroundings }: LifecycleCommand, context: Context): Promise<void> {
  const { host, tell } = context;
  const { env, secrets, inside = asItIs } = await surroundings();
  const shell = host.machine.platform === "windows" ? ["cmd", "/d", "/s", "/c", line] : ["/bin/sh", "-c", line];
  const [program = "", ...words] = shell;
  const { command, args } = await inside({ command: program, args: words });
  const last: string[] = [];
  const lines = createOutputLines(secrets, (text) => {
    last.push(text);
    if (last.length > LAST_LINES) last.shift();
    tell({ type: "output", owner, line: text });
  });
  const result = await host.programs.run({ command, args, cwd, env, onOutput: lines.talk, keepBytes: KEEP_BYTES });
  lines.end();
  if (result.exitCode === 0) return;
  const shown = last.length === 0 ? "" : `:\n${last.join("\n")}`;
  throw new AtkError("E_COMMAND", `${owner}: '${line}' ended with exit code ${result.exitCode}${shown}`, {
    hint: `nothing was changed; run it by hand in ${cwd} to see more`,
  });
}

async function asItIs(words: Words): Promise<Words> {
  return words;
}
