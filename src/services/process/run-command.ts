import { spawn } from "node:child_process";
import { identityOf, type ProcessIdentity } from "../../host/process-identity.ts";
import type { Ending, Handover } from "./handover.ts";

/** A command that runs, or has just failed to. */
export interface Running {
  /** Absent when it could not be started. */
  readonly identity: ProcessIdentity | undefined;
  readonly ended: Promise<Ending>;
}

/** Starts the command as leader of a session and group of its own; its output goes straight into the file `output`. */
export function runCommand(handover: Handover, output: number): Running {
  try {
    return spawnCommand(handover, output);
  } catch (error) {
    // Some reasons are thrown at once, as an environment that is too large. (E2BIG)
    return { identity: undefined, ended: Promise.resolve(notStarted(error)) };
  }
}

function spawnCommand({ program, args, directory, env }: Handover, output: number): Running {
  const child = spawn(program, args, { cwd: directory, env, detached: true, stdio: ["ignore", output, output] });
  const ended = new Promise<Ending>((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve(notStarted(error));
    });
    child.once("exit", (code, signal) =>
      resolve(code === null ? { kind: "signal", signal: signal ?? "a signal" } : { kind: "code", code }),
    );
  });
  return { identity: child.pid === undefined ? undefined : identityOf(child.pid), ended };
}

/** The system's code only: Node's own message repeats arguments. */
function notStarted(error: unknown): Ending {
  const code = error instanceof Error && "code" in error ? String(error.code) : "for an unknown reason";
  return { kind: "not started", reason: MEANINGS[code] ?? code };
}

const MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: "the program, or the interpreter that its first line names, is not there (ENOENT)",
  EACCES: "it may not be executed (EACCES)",
  E2BIG: "its arguments and environment are too long (E2BIG)",
  EAGAIN: "there are too many processes (EAGAIN)",
};
