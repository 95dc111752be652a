import type { Session } from "./session.ts";

export interface OptionSpec {
  /** As commander reads it: "-y, --yes", "--out <file>", "--agent <id...>". */
  readonly flags: string;
  readonly summary: string;
  /** May be given several times, with one value each; read with `list`. */
  readonly isRepeatable?: boolean;
}

export interface Invocation {
  readonly args: readonly string[];
  readonly options: Options;
}

/** Values of options by their long name in camelCase. */
export interface Options {
  flag(name: string): boolean;
  /** A `--no-NAME` option was given. */
  isOff(name: string): boolean;
  text(name: string): string | undefined;
  list(name: string): readonly string[];
}

/**
 * One command of the CLI: its words here, its work behind `run`, which imports what it needs when it is called,
 * so that `atk --help` loads nothing heavy.
 */
export interface Command {
  /** "plan", or "mcp test" for a command in a group. */
  readonly name: string;
  readonly summary: string;
  /** "<name>", "[names...]". */
  readonly args?: string;
  readonly options?: readonly OptionSpec[];
  /** Longer help: what it does, exit codes that matter, examples. */
  readonly details?: string;
  /** Not for people: `atk --help` does not show it. */
  readonly isHidden?: boolean;
  /** Arguments after the command's own are handed on untouched (proxies). */
  readonly passThrough?: boolean;
  /** Everything after its name is handed on as it is, `--help` and `--` too: no option is atk's. */
  readonly isProxy?: boolean;
  /** Words it does not know reach `run` as arguments, where the parser would show them in its error: one may be a secret. */
  readonly takesAnyWords?: boolean;
  /** Returns the exit code. */
  run(invocation: Invocation, session: Session): Promise<number>;
}

export const YES: OptionSpec = { flags: "-y, --yes", summary: "do it without asking" };
export const DRY_RUN: OptionSpec = { flags: "--dry-run", summary: "show what would happen, change nothing" };
export const ON_DRIFT: OptionSpec = {
  flags: "--on-drift <answer>",
  summary: "for hand edits of what atk wrote: keep (leave them), overwrite, or backup (keep a copy, then overwrite)",
};
export const TAKE_OVER: OptionSpec = {
  flags: "--take-over",
  summary: "also manage entries that are there already and differ (a copy of the file is kept)",
};
export const NO_INSTALL: OptionSpec = {
  flags: "--no-install",
  summary: "leave install commands for later: atk install runs them",
};
export const OFFLINE: OptionSpec = {
  flags: "--offline",
  summary: "use no network: only what is on this machine or vendored (ATK_OFFLINE=1 does the same)",
};
