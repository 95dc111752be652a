import { AtkError } from "../core/errors.ts";
import type { Host, RunRequest, RunResult } from "../core/host.ts";
import type { CommandReference } from "./reference.ts";
import { valueFromInput } from "./value.ts";

export const MAX_OUTPUT_BYTES = 1024 * 1024;
export const DEFAULT_TIMEOUT_MS = 30_000;
const SHOWN_LINES = 3;
const SHOWN_LINE_LENGTH = 200;

/**
 * What a program prints, without one line ending at its end. It is started in `directory`, without a shell and with nothing on its
 * standard input. One that runs longer than its time or prints more than 1 MiB is ended.
 * @throws AtkError E_PROGRAM when there is no such program; else E_ENV with its first word, exit code and last lines on stderr. What it
 * printed to stdout and its arguments are in no message.
 */
export async function runCommand(reference: CommandReference, directory: string, host: Host): Promise<string> {
  const [command, ...args] = reference.command;
  if (command === undefined || command === "") throw new AtkError("E_ENV", "a command reference names no program");
  const timeoutMs = reference.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const { result, isFlood } = await runLimited({ command, args, cwd: directory, timeoutMs }, host);
  if (isFlood) throw failed(command, `it printed more than ${MAX_OUTPUT_BYTES} bytes and was ended`);
  if (result.timedOut) throw failed(command, `it did not end within ${timeoutMs / 1000} s`, lastLines(result.stderr));
  if (result.exitCode !== 0) throw await exitError(command, result, host);
  if (result.stdout.includes("\uFFFD")) throw failed(command, "what it printed is not UTF-8 text");
  const value = valueFromInput(result.stdout);
  if (value === "") throw failed(command, "it printed nothing", lastLines(result.stderr));
  return value;
}

interface Limited {
  readonly result: RunResult;
  readonly isFlood: boolean;
}

async function runLimited(request: RunRequest, host: Host): Promise<Limited> {
  const flood = new AbortController();
  let sizeBytes = 0;
  const result = await host.programs.run({
    ...request,
    keepBytes: MAX_OUTPUT_BYTES,
    signal: flood.signal,
    onOutput: (chunk) => {
      sizeBytes += Buffer.byteLength(chunk);
      if (sizeBytes > MAX_OUTPUT_BYTES) flood.abort();
    },
  });
  return { result, isFlood: flood.signal.aborted };
}

const NOT_FOUND = 127;

async function exitError(command: string, { exitCode, stderr }: RunResult, host: Host): Promise<AtkError> {
  const isMissing = exitCode === NOT_FOUND && (await host.programs.find(command)) === undefined;
  if (!isMissing) return failed(command, `it ended with exit code ${exitCode}`, lastLines(stderr));
  return new AtkError("E_PROGRAM", `cannot take a secret from the command ${command}: there is no such program`, {
    hint: `install ${command}, or put its folder on PATH`,
  });
}

/** The last lines that say something, as they may stand in a message. */
function lastLines(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim());
  const last = lines.filter((line) => line !== "").slice(-SHOWN_LINES);
  return last.map((line) => line.slice(0, SHOWN_LINE_LENGTH)).join(" | ");
}

function failed(command: string, reason: string, said = ""): AtkError {
  const rest = said === "" ? "" : `: ${said}`;
  return new AtkError("E_ENV", `cannot take a secret from the command ${command}: ${reason}${rest}`, {
    hint: `run the command ${command} of the manifest yourself and see what it says`,
  });
}
