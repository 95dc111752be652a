import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { lastWords } from "../containers/last-words.ts";
import type { LogOptions, Observation, ServiceCommands, ServiceDriver, ServiceSpec, Talk } from "../service.ts";
import { runLine, type LineEnd } from "./run-line.ts";

export interface ScriptLimits {
  /** A start command that stays longer is a server that should be a service of type process. Default: ten minutes. */
  readonly startLimitMs?: number;
  /** Default: two minutes. */
  readonly stopLimitMs?: number;
}

const START_LIMIT_MS = 600_000;
const STOP_LIMIT_MS = 120_000;
/** How long the status command may take before a start. */
const ASK_LIMIT_MS = 5_000;
const MOST_LINES = 8;

/** A service that the plugin's own commands start, stop and ask. */
export function createScriptDriver(limits: ScriptLimits = {}): ServiceDriver {
  const { startLimitMs = START_LIMIT_MS, stopLimitMs = STOP_LIMIT_MS } = limits;
  return {
    type: "script",
    async start(spec, host, talk) {
      const text = commandOf(spec, "start");
      if (spec.commands.status !== undefined && (await observe(spec, host, ASK_LIMIT_MS)).state === "running") return;
      await runOrThrow({ spec, text, limitMs: startLimitMs, log: "start.log", mayLeave: true }, host, talk);
    },
    async stop(spec, host, talk) {
      await runOrThrow(
        { spec, text: commandOf(spec, "stop"), limitMs: stopLimitMs, log: "stop.log", mayLeave: false },
        host,
        talk,
      );
    },
    observe,
    logs,
  };
}

export const scriptDriver: ServiceDriver = createScriptDriver();

interface Run {
  readonly spec: ServiceSpec;
  readonly text: string;
  readonly limitMs: number;
  /** Name of the file in the run directory that takes the output. */
  readonly log: string;
  readonly mayLeave: boolean;
}

/** @throws AtkError E_SERVICE with the exit code and the last lines */
async function runOrThrow({ spec, text, limitMs, log, mayLeave }: Run, host: Host, talk: Talk): Promise<void> {
  const outputFile = join(spec.runDirectory, log);
  const { directory: cwd, env, inside } = spec;
  const end = await runLine({ text, cwd, env, inside, mayLeave, timeoutMs: limitMs, outputFile, talk }, host);
  if (end.exitCode !== 0) throw failure({ spec, text, limitMs }, end);
}

/** Exit code 0 of the status command is running, anything else stopped; without a status command nothing is known. */
async function observe(spec: ServiceSpec, host: Host, timeoutMs: number): Promise<Observation> {
  const { status } = spec.commands;
  if (status === undefined) return { state: "unknown", detail: "the plugin has no status command" };
  const end = await runLine({ text: status, cwd: spec.directory, env: spec.env, inside: spec.inside, timeoutMs }, host);
  if (end.exitCode === 0) return { state: "running" };
  if (end.timedOut)
    return { state: "unknown", detail: `the status command did not answer within ${timeoutMs / 1_000} s` };
  if (end.exitCode === NOT_FOUND)
    return { state: "unknown", detail: "the program of the status command was not found" };
  if (end.exitCode === NOT_EXECUTABLE)
    return { state: "unknown", detail: "the program of the status command may not be executed" };
  return end.fault === undefined
    ? { state: "stopped" }
    : { state: "unknown", detail: `it could not be asked: ${end.fault}` };
}

/** (POSIX, Shell Command Language, "Exit Status for Commands") */
const [NOT_FOUND, NOT_EXECUTABLE] = [127, 126];

/** The command prints what it likes; lines are counted by whoever wrote it. */
async function logs(spec: ServiceSpec, host: Host, { signal }: LogOptions, talk: Talk): Promise<void> {
  const text = commandOf(spec, "logs");
  const line = { text, cwd: spec.directory, env: spec.env, inside: spec.inside, talk };
  const end = await runLine(signal === undefined ? line : { ...line, signal }, host);
  if (end.exitCode !== 0 && signal?.aborted !== true) throw failure({ spec, text }, end);
}

function commandOf({ commands, plugin, directory }: ServiceSpec, name: keyof ServiceCommands): string {
  const text = commands[name];
  if (text !== undefined) return text;
  throw new AtkError("E_PLUGIN_INVALID", `${plugin} has no ${name} command`, {
    at: { file: directory },
    hint: `add lifecycle.${name} in custom/overrides.yaml`,
  });
}

type Failed = Pick<Run, "spec" | "text"> & { readonly limitMs?: number };

function failure({ spec, text, limitMs }: Failed, end: LineEnd): AtkError {
  const { plugin, directory, env } = spec;
  const words = lastWords(end.tail, env).slice(-MOST_LINES);
  const said = words.length === 0 ? "" : `:\n${words.join("\n")}`;
  return new AtkError("E_SERVICE", `${plugin}: '${text}' ${howItEnded(end, directory, limitMs)}${said}`, {
    at: { file: directory },
    hint: end.timedOut ? "a server that stays in the foreground is a service of type process" : `atk logs ${plugin}`,
  });
}

function howItEnded({ exitCode, signal, timedOut, fault }: LineEnd, directory: string, limitMs = 0): string {
  if (timedOut) return `did not end within ${limitMs / 1_000} s and was stopped`;
  // The system says the same of a shell and of a folder that is not there. (posix_spawn(3))
  if (fault !== undefined) return `could not be started in ${directory} (${fault})`;
  return exitCode === undefined ? `was ended by ${signal ?? "the system"}` : `ended with exit code ${exitCode}`;
}
