import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { lastWords } from "../containers/last-words.ts";
import type { LogOptions, Observation, ServiceCommands, ServiceDriver, ServiceSpec, Talk } from "../service.ts";
import { runLine, type LineEnd } from "./run-line.ts";

/** A start command that stays longer is a server that should be a service of type process. */
const START_LIMIT_MS = 600_000;
const STOP_LIMIT_MS = 120_000;

/** A service that the plugin's own commands start, stop and ask. */
export const scriptDriver: ServiceDriver = {
  type: "script",
  async start(spec, host, talk) {
    if (spec.commands.start === undefined) throw noCommand(spec, "start");
    await runCommand(spec, "start", host, talk);
  },
  async stop(spec, host, talk) {
    if (spec.commands.stop === undefined) throw noCommand(spec, "stop");
    await runCommand(spec, "stop", host, talk);
  },
  observe,
  logs,
};

/**
 * Runs one of the plugin's own commands. What a start command leaves in the background goes on.
 * @throws AtkError E_SERVICE with the exit code and the last lines
 */
export async function runCommand(spec: ServiceSpec, name: "start" | "stop", host: Host, talk: Talk): Promise<void> {
  const text = spec.commands[name] ?? "";
  const timeoutMs = name === "start" ? START_LIMIT_MS : STOP_LIMIT_MS;
  const end = await runLine(
    {
      text,
      cwd: spec.directory,
      env: spec.env,
      inside: spec.inside,
      timeoutMs,
      mayLeave: name === "start" || spec.inside === undefined,
      talk,
    },
    host,
  );
  if (end.exitCode !== 0) throw ended(spec, text, end);
}

/** Exit code 0 of the status command is running, anything else stopped; without a status command nothing is known. */
async function observe(spec: ServiceSpec, host: Host, timeoutMs: number): Promise<Observation> {
  const { status } = spec.commands;
  if (status === undefined) return { state: "unknown", detail: "the plugin has no status command" };
  const end = await runLine({ text: status, cwd: spec.directory, env: spec.env, inside: spec.inside, timeoutMs }, host);
  if (end.exitCode === 0) return { state: "running" };
  if (end.timedOut)
    return { state: "unknown", detail: `the status command did not answer within ${timeoutMs / 1_000} s` };
  if (end.exitCode === 127) return { state: "unknown", detail: "the program of the status command was not found" };
  return end.fault === undefined
    ? { state: "stopped" }
    : { state: "unknown", detail: `it could not be asked: ${end.fault}` };
}

/** The command prints what it likes; lines are counted by whoever wrote it. */
async function logs(spec: ServiceSpec, host: Host, { signal }: LogOptions, talk: Talk): Promise<void> {
  const { logs: text } = spec.commands;
  if (text === undefined) throw noCommand(spec, "logs");
  const end = await runLine(
    {
      text,
      cwd: spec.directory,
      env: spec.env,
      inside: spec.inside,
      talk,
      ...(signal === undefined ? {} : { signal }),
    },
    host,
  );
  if (end.exitCode !== 0 && signal?.aborted !== true) throw ended(spec, text, end);
}

function noCommand({ plugin, directory }: ServiceSpec, name: keyof ServiceCommands): AtkError {
  return new AtkError("E_SERVICE", `${plugin} has no ${name} command`, {
    at: { file: directory },
    hint: `add lifecycle.${name} in custom/overrides.yaml`,
  });
}

function ended({ plugin, directory, env }: ServiceSpec, line: string, end: LineEnd): AtkError {
  const words = lastWords(end.tail, env);
  const text = words.length === 0 ? "" : `:\n${words.join("\n")}`;
  return new AtkError("E_SERVICE", `${plugin}: '${line}' ${howItEnded(end)}${text}`, {
    at: { file: directory },
    hint: end.timedOut ? "a server that stays in the foreground is a service of type process" : `atk logs ${plugin}`,
  });
}

function howItEnded({ exitCode, signal, timedOut, fault }: LineEnd): string {
  if (timedOut) return "did not end in time and was stopped";
  if (fault !== undefined) return `could not be started (${fault})`;
  return exitCode === undefined ? `was ended by ${signal ?? "the system"}` : `ended with exit code ${exitCode}`;
}
