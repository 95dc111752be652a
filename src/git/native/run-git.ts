import { delimiter, dirname } from "node:path";
import type { Host, RunResult } from "../../core/host.ts";
import { gitError, timeoutError } from "../git-error.ts";

export interface GitCall {
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
  /** The limit the user knows of, when this call has only what is left of it. */
  readonly limitMs?: number;
  /** What atk wants, for the error: `commit`. */
  readonly task: string;
  /** Exit codes that are answers; default only 0. */
  readonly answers?: readonly number[];
  /** true: hooks of the user may run in it, so they get the user's locale and git's settings as they are. */
  readonly userHooks?: boolean;
}

/** Runs git in one directory. @throws AtkError E_GIT for every exit code that is not an answer, and when the time limit passes. */
export type RunGit = (call: GitCall) => Promise<RunResult>;

/** Variables that would make git work on another repository, e.g. when atk itself runs inside a hook. (git rev-parse --local-env-vars) */
const ELSEWHERE = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_PREFIX",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_NAMESPACE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_GRAFT_FILE",
  "GIT_SHALLOW_FILE",
  "GIT_LITERAL_PATHSPECS",
  "GIT_GLOB_PATHSPECS",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_ICASE_PATHSPECS",
];

/** Plain output for reading: no translated words, quoted names, colours or pagers; paths mean themselves; no lock is taken. */
const READING = [
  "--no-pager",
  "--no-optional-locks",
  "--literal-pathspecs",
  "-c",
  "core.quotepath=off",
  "-c",
  "color.ui=false",
];

export function createRunGit(host: Host, program: string, directory: string): RunGit {
  return async (call) => {
    const result = await host.programs.run({
      command: program,
      args: call.userHooks === true ? call.args : [...READING, ...call.args],
      cwd: directory,
      env: { ...baseEnv(directory), ...(call.userHooks === true ? {} : { LC_ALL: "C" }), ...call.env },
      ...(call.input === undefined ? {} : { input: call.input }),
      ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
    });
    if (result.timedOut) throw timeoutError(call.task, directory, call.limitMs ?? call.timeoutMs ?? 0);
    if (!(call.answers ?? [0]).includes(result.exitCode)) throw failure(call, directory, result);
    return result;
  };
}

/** What every call of git in a directory gets, so that it works there and nowhere else, and never asks. */
export function baseEnv(directory: string): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(ELSEWHERE.map((name) => [name, undefined])),
    GIT_TERMINAL_PROMPT: "0",
    // A home without a repository inside a repository of dotfiles must not become a part of that.
    GIT_CEILING_DIRECTORIES: ceiling(directory),
  };
}

function ceiling(directory: string): string | undefined {
  const parent = dirname(directory);
  return parent.includes(delimiter) && delimiter === ":" ? undefined : parent;
}

function failure(call: GitCall, directory: string, result: RunResult): Error {
  const output = result.stderr.trim() === "" ? result.stdout : result.stderr;
  return gitError({
    task: call.task,
    directory,
    output: output.trim() === "" ? `git ended with ${result.exitCode}` : output,
  });
}

/** Records of a -z output, without the empty one at the end. */
export function records(output: string): readonly string[] {
  const parts = output.split("\0");
  return parts.at(-1) === "" ? parts.slice(0, -1) : parts;
}
