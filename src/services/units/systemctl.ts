import { AtkError } from "../../core/errors.ts";
import type { Host, RunResult } from "../../core/host.ts";
import { lastWords } from "../containers/last-words.ts";
import type { ServiceSpec, Talk } from "../service.ts";

export interface SystemdCall {
  readonly program: "systemctl" | "journalctl";
  /** What follows `--user`. */
  readonly args: readonly string[];
  /** What is told when it fails, as in "could not be started". */
  readonly failed: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly talk?: Talk;
}

type Named = Pick<ServiceSpec, "plugin" | "env">;

const KEPT_BYTES = 64 * 1024;

/**
 * Runs a program of systemd for the user's own manager. The plugin's variables are not passed.
 * @throws AtkError E_PROGRAM when it is not installed, E_SERVICE when the user has no systemd that answers. Any other end is in the result.
 */
export async function callSystemd(call: SystemdCall, spec: Named, host: Host): Promise<RunResult> {
  const { program, args, timeoutMs, signal, talk } = call;
  const command = await host.programs.find(program);
  if (command === undefined) throw missing(program, host);
  const result = await host.programs.run({
    command,
    args: ["--user", ...args],
    env: environment(program, host),
    ...(talk === undefined ? {} : { onOutput: talk, keepBytes: KEPT_BYTES }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (result.exitCode !== 0 && NO_MANAGER.test(result.stderr)) throw systemdFault(call, result, spec);
  return result;
}

/** The same, where nothing but success will do. @throws AtkError E_SERVICE with the last lines of what it said */
export async function callOrThrow(call: SystemdCall, spec: Named, host: Host): Promise<RunResult> {
  const result = await callSystemd(call, spec, host);
  if (result.exitCode === 0 && !result.timedOut) return result;
  throw systemdFault(call, result, spec);
}

/**
 * The words of systemd up to 255 and since 256, and those where something else is PID 1: a container, WSL without systemd.
 * (openrazer/openrazer#2108, bottle-imp#17, systemd/systemd#40604; the last as systemctl 252 says it in a container)
 */
const NO_MANAGER = /Failed to connect to (\S+ scope )?bus|has not been booted with systemd/;

export function systemdFault(
  { program, args, failed, timeoutMs }: SystemdCall,
  result: RunResult,
  { plugin, env }: Named,
): AtkError {
  const words = lastWords(result.stderr.trim() === "" ? result.stdout : result.stderr, env);
  const said = words.map((line) => `\n  ${line}`).join("");
  const noManager = NO_MANAGER.test(result.stderr);
  const ended = result.timedOut
    ? `did not answer within ${(timeoutMs ?? 0) / 1_000} s`
    : `ended with ${result.exitCode}`;
  const why = noManager ? "this user has no systemd that answers" : `${program} ${args[0] ?? ""} ${ended}`;
  return new AtkError("E_SERVICE", `${plugin} ${failed}: ${why}${said}`, {
    hint: noManager ? "loginctl enable-linger $USER, or use a service of type process" : `atk logs ${plugin}`,
  });
}

function missing(program: string, { machine }: Host): AtkError {
  const where = machine.platform === "linux" ? "this system runs without systemd" : "systemd is on Linux only";
  return new AtkError("E_PROGRAM", `${program} is not on PATH: ${where}`, { hint: "use a service of type process" });
}

/**
 * Words and times of systemctl depend on language and time zone. Without XDG_RUNTIME_DIR, as below cron or su, the user's manager is not
 * found; its folder is the same for every login. (pam_systemd(8))
 */
function environment(program: SystemdCall["program"], { machine }: Host): Readonly<Record<string, string>> {
  const uid = process.getuid?.();
  const isKnown = machine.env["XDG_RUNTIME_DIR"] !== undefined || uid === undefined;
  return {
    ...(program === "systemctl" ? { LC_ALL: "C", TZ: "UTC" } : {}),
    ...(isKnown ? {} : { XDG_RUNTIME_DIR: `/run/user/${uid}` }),
  };
}
