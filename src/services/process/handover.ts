import type { ServiceDefinition } from "../service.ts";

export type ProcessDefinition = Extract<ServiceDefinition, { type: "process" }>;

/** The numbers a supervisor goes by. */
export interface Rules {
  /** A command that ends within this time after `start` counts as one that could not be started. */
  readonly settleMs: number;
  /** Pause before the first restart; each further one is twice as long... */
  readonly firstPauseMs: number;
  /** ...but not longer than this. */
  readonly longestPauseMs: number;
  /** After a run of this length the pauses begin with the first one again. */
  readonly healthyMs: number;
  /** `maxRestarts` counts the restarts within this time. */
  readonly windowMs: number;
  /** Output is put aside when the file is longer than this... */
  readonly logBytes: number;
  /** ...and this many files are kept, the current one included; at least 2. */
  readonly logFiles: number;
  /** How often the record is written anew, so that who cannot see our processes sees that we live. */
  readonly beatMs: number;
}

export const RULES: Rules = {
  settleMs: 300,
  firstPauseMs: 500,
  longestPauseMs: 30_000,
  healthyMs: 60_000,
  windowMs: 600_000,
  logBytes: 5 * 1024 * 1024,
  logFiles: 3,
  beatMs: 60_000,
};

/** How much longer than its grace a stop may take. */
export const STOP_MARGIN_MS = 10_000;

/** What a supervisor is told. Holds secrets: it goes through a pipe, never into arguments or a file. */
export interface Handover {
  readonly plugin: string;
  /** Absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string>>;
  readonly restart: ProcessDefinition["restart"];
  readonly maxRestarts: number;
  readonly stopGraceMs: number;
  readonly runDirectory: string;
  readonly rules: Rules;
}

/** How a run of the command ended. */
export type Ending =
  | { readonly kind: "code"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  /** It never ran: the system's code, as ENOEXEC. */
  | { readonly kind: "not started"; readonly reason: string };

/** The one thing a supervisor says to who started it. */
export type Reply =
  | { readonly result: "started" }
  /** Another start was first. */
  | { readonly result: "running" }
  /** Another start or stop did not come to its end. */
  | { readonly result: "busy" }
  /** What is recorded runs on another machine or in another container. */
  | { readonly result: "elsewhere" }
  | { readonly result: "stopped" }
  /** `from`: where its output begins (see output-files.ts). */
  | { readonly result: "ended"; readonly ending: Ending; readonly detail: string; readonly from: number }
  | { readonly result: "fault"; readonly message: string };
