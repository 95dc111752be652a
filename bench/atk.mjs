// The atk that is measured: the build in dist/, run as users run it.
import { join } from "node:path";
import { runCommand } from "./command.mjs";

export const ROOT = join(import.meta.dirname, "..");

export const node = (args, { cwd, env }) => ({ program: process.execPath, args, cwd, env });

/** Commands of one build of atk; `main` is its entry file. */
export function atkAt(main) {
  const command = (args, place) => node([main, ...args], place);
  return { command, run: (args, place, options = {}) => runCommand({ ...command(args, place), ...options }) };
}

export const bareNode = (place) => ({ name: "node -e 0", command: node(["-e", "0"], place) });
