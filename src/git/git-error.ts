import { AtkError } from "../core/errors.ts";

/** A URL without its user information: `https://user:token@host/x` -> `https://***@host/x`. Other texts pass through. */
export function maskUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/\s]*@/i, "$1***@");
}

/** Any text with the user information of every URL in it masked. */
export function maskUrls(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s'"]*@/gi, "$1***@");
}

interface Failure {
  /** What atk wanted, e.g. `commit`. */
  readonly task: string;
  readonly directory: string;
  /** What git printed. */
  readonly output: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** E_GIT with the lines of git's own words that matter, credentials masked. */
export function gitError({ task, directory, output, hint, cause }: Failure): AtkError {
  const said = tellingLines(output);
  return new AtkError("E_GIT", `could not ${task} in ${directory}${said === "" ? "" : `: ${said}`}`, {
    at: { file: directory },
    hint,
    cause,
  });
}

export function timeoutError(task: string, directory: string, timeoutMs: number): AtkError {
  return new AtkError("E_GIT", `could not ${task} in ${directory}: no end after ${timeoutMs / 1000} s (time limit)`, {
    at: { file: directory },
    hint: "check the network and the address, then run it again",
  });
}

const MAX_LINES = 6;

/** git's `hint:` lines advise on git commands and are left out; of long outputs (hooks) the end is what tells. */
export function tellingLines(output: string): string {
  const lines = maskUrls(output)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("hint:"));
  return lines.slice(-MAX_LINES).join("; ");
}
