import { AtkError } from "../../core/errors.ts";
import type { Host, RunResult } from "../../core/host.ts";
import { lastWords } from "../containers/last-words.ts";
import type { Talk } from "../service.ts";
import { agentDomain, agentTarget, checkedPlist, type AgentSpec } from "./launch-agent.ts";
import { parseAgent, type Agent } from "./agent-state.ts";

/** launchctl ends with the number of its error; `launchctl error N` tells the words. */
export const LAUNCHD = { noSuchProcess: 3, inputOutput: 5, nowInProgress: 36, alreadyInProgress: 37, notFound: 113 };

export interface LaunchctlCall {
  readonly args: readonly string[];
  /** What is told when it fails, as in "could not be started". */
  readonly failed: string;
  readonly timeoutMs: number;
  readonly talk?: Talk;
}

/**
 * Runs launchctl. The plugin's variables are not passed.
 * @throws AtkError E_SERVICE on another system than macOS and where no session of the user is there, E_PROGRAM without launchctl
 */
export async function callLaunchctl(call: LaunchctlCall, spec: AgentSpec, host: Host): Promise<RunResult> {
  const { args, timeoutMs, talk } = call;
  if (host.machine.platform !== "macos")
    throw new AtkError("E_SERVICE", `${spec.plugin} ${call.failed}: launchd is on macOS only`, {
      hint: "use a service of type process",
    });
  const command = await host.programs.find("launchctl");
  if (command === undefined)
    throw new AtkError("E_PROGRAM", "launchctl is not on PATH", { hint: "add /bin to PATH, where macOS has it" });
  const result = await host.programs.run({
    command,
    args,
    timeoutMs,
    ...(talk === undefined ? {} : { onOutput: talk }),
  });
  if (result.exitCode !== 0 && NO_SESSION.test(result.stderr)) throw launchdFault(call, result, spec);
  return result;
}

/** Without a login at the screen. (duh17/oppi#38 for 125; 112 is "Could not find specified domain") */
const NO_SESSION = /Domain does not support specified action|Could not find (specified )?domain/i;

export function launchdFault({ args, failed }: LaunchctlCall, result: RunResult, { plugin, env }: AgentSpec): AtkError {
  // Only its error output: `print` shows the agent's environment on the other one.
  const said = lastWords(result.stderr, env).map((line) => `\n  ${line}`);
  const noSession = NO_SESSION.test(result.stderr);
  const ended = result.timedOut ? "did not answer" : `ended with ${result.exitCode}`;
  const why = noSession ? "this user has no session at the screen" : `launchctl ${args[0] ?? ""} ${ended}`;
  return new AtkError("E_SERVICE", `${plugin} ${failed}: ${why}${said.join("")}`, {
    hint: noSession ? "log in at the screen, or use a service of type process" : `atk logs ${plugin}`,
  });
}

/** What launchd knows of the agent. */
export async function askAgent(
  spec: AgentSpec,
  host: Host,
  timeoutMs: number,
): Promise<Agent | "not loaded" | "too late"> {
  const call = { args: ["print", agentTarget(spec)], failed: "could not be looked at", timeoutMs };
  const result = await callLaunchctl(call, spec, host);
  if (result.timedOut) return "too late";
  // "Bad request.\nCould not find service "LABEL" in domain for user gui: 501" (TOSS-Soft/toss-agent-runtime#40)
  if (result.exitCode === LAUNCHD.notFound || result.exitCode === LAUNCHD.noSuchProcess) return "not loaded";
  if (result.exitCode !== 0) throw launchdFault(call, result, spec);
  return parseAgent(result.stdout);
}

/** Loads the plugin's property list. Any end is in the result. */
export async function bootstrap(spec: AgentSpec, host: Host, call: Omit<LaunchctlCall, "args">): Promise<RunResult> {
  const file = await checkedPlist(spec, host.files);
  return callLaunchctl({ ...call, args: ["bootstrap", agentDomain(), file] }, spec, host);
}
