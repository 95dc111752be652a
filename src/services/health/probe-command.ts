import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Host } from "../../core/host.ts";
import { endGroup, isDetached } from "../../mcp/process-group.ts";
import { shellWords } from "../script/shell-words.ts";
import { codeOf } from "./connect-fault.ts";
import { failed, WELL, type HealthCheck, type ProbeFailure, type ProbeOutcome } from "./health-check.ts";
import type { TimeLimit } from "./time-limit.ts";

type CommandCheck = Extract<HealthCheck, { kind: "command" }>;

/**
 * Runs a line in the system's shell: exit code 0 is well. What it prints is dropped, since it may hold secrets.
 * Afterwards its whole process group is gone, whatever it started: asked politely, and killed 1.5 s later.
 */
export async function probeCommand(check: CommandCheck, host: Host, limit: TimeLimit): Promise<ProbeOutcome> {
  if (limit.signal.aborted) return limit.over("the status command was not started", "unclear");
  const { command, args, shell } = await shellWords({ text: check.line, inside: check.inside });
  const child = spawn(command, args, {
    shell,
    cwd: check.cwd,
    env: { ...host.machine.env, ...check.env },
    stdio: "ignore",
    detached: isDetached,
    windowsHide: true,
  });
  try {
    return await outcomeOf(child, limit);
  } finally {
    await endGroup(child);
  }
}

function outcomeOf(child: ChildProcess, limit: TimeLimit): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    limit.signal.addEventListener("abort", () => resolve(limit.over("the status command did not end", "unwell")), {
      once: true,
    });
    child
      .once("error", (error) => resolve(notStarted(error)))
      .once("exit", (code, signal) => resolve(code === 0 ? WELL : ended(code, signal)));
  });
}

/** 126 and 127 are the shell's own: the program may not be run, or is not there. (POSIX, Shell Command Language 2.8.2) */
function ended(code: number | null, signal: string | null): ProbeFailure {
  if (code === 127) return failed("unclear", "the program of the status command was not found");
  if (code === 126) return failed("unclear", "the program of the status command may not be run");
  if (code === null) return failed("unclear", `the status command was ended by ${signal ?? "the system"}`);
  return failed("down", `the status command ended with exit code ${code}`);
}

/** The system reports a missing folder as if the shell were missing. */
function notStarted(error: Error): ProbeFailure {
  const code = codeOf(error);
  const reason = code === "ENOENT" ? "its folder is not there" : code;
  return failed("unclear", `the status command could not be started: ${reason}`);
}
