import type { Host, RunResult } from "../../core/host.ts";
import type { ServiceSpec, Talk } from "../service.ts";
import { engineFault } from "./engine-fault.ts";

/** A program of an engine, and what always comes before the arguments: `docker compose`, `podman`. */
export interface Client {
  readonly command: string;
  readonly lead: readonly string[];
}

export interface EngineCall {
  readonly client: Client;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly talk?: Talk;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What is told when it fails. */
export interface FailureWords {
  /** What was tried, as in "could not be started". */
  readonly failed: string;
  /** The next step, where the failure itself names none. Default: `atk logs PLUGIN`. */
  readonly hint?: string;
}

const KEPT_BYTES = 64 * 1024;

/**
 * Runs an engine's program. The plugin's variables are in its environment only, where other users of the machine cannot read them.
 * Output is handed to `talk` as it comes; then only its end is kept.
 */
export async function callEngine(call: EngineCall, { env }: Pick<ServiceSpec, "env">, host: Host): Promise<RunResult> {
  const { client, args, cwd, talk, timeoutMs, signal } = call;
  return host.programs.run({
    command: client.command,
    args: [...client.lead, ...args],
    env,
    ...(cwd === undefined ? {} : { cwd }),
    ...(talk === undefined ? {} : { onOutput: talk, keepBytes: KEPT_BYTES }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The same, where nothing but success will do. @throws AtkError E_SERVICE with the last lines of its error output. */
export async function callOrThrow(
  call: EngineCall & FailureWords,
  spec: Pick<ServiceSpec, "plugin" | "env">,
  host: Host,
): Promise<RunResult> {
  const result = await callEngine(call, spec, host);
  if (result.exitCode === 0 && !result.timedOut) return result;
  throw callFault(call, result, { spec, host });
}

export function callFault(
  call: EngineCall & FailureWords,
  result: RunResult,
  { spec, host }: { readonly spec: Pick<ServiceSpec, "plugin" | "env">; readonly host: Host },
): Error {
  const [program = "", word] = [nameOf(call.client.command), call.client.lead[0]];
  const shown = [program, word, call.args.find((arg) => /^[a-z]+$/.test(arg))].filter((each) => each !== undefined);
  return engineFault({
    spec,
    failed: call.failed,
    hint: call.hint ?? `atk logs ${spec.plugin}`,
    program: shown.join(" "),
    result,
    platform: host.machine.platform,
  });
}

function nameOf(command: string): string {
  return command.split(/[/\\]/).at(-1) ?? command;
}
