import { setTimeout as sleep } from "node:timers/promises";
import { AtkError } from "../../core/errors.ts";
import type { Host, RunResult } from "../../core/host.ts";
import type { Observation, ServiceDriver, Talk } from "../service.ts";
import { agentLogs } from "./agent-logs.ts";
import { judgeAgent, type Agent } from "./agent-state.ts";
import { agentTarget, type AgentDefinition, type AgentSpec } from "./launch-agent.ts";
import { askAgent, bootstrap, callLaunchctl, LAUNCHD, launchdFault, type LaunchctlCall } from "./launchctl.ts";

const CALL_LIMIT_MS = 30_000;

export interface LaunchdDriverDeps {
  /** Between two looks at an agent that is on its way. */
  readonly lookEveryMs?: number;
  /** How many looks it has for getting there. launchd kills an agent after 20 seconds at most, if its list names no more. (launchd.plist(5), ExitTimeOut) */
  readonly mostLooks?: number;
}

/**
 * An agent of the user's session on macOS, from the file LABEL.plist in the plugin's folder. An agent reads the environment that its own
 * file names: nothing of the plugin's variables is passed.
 */
export function createLaunchdDriver({
  lookEveryMs = 500,
  mostLooks = 60,
}: LaunchdDriverDeps = {}): ServiceDriver<AgentDefinition> {
  const pace = { lookEveryMs, mostLooks };
  return {
    type: "launchd",
    start: (spec, host, talk) => start({ spec, host, talk, pace }),
    stop: (spec, host, talk) => stop({ spec, host, talk, pace }),
    observe,
    logs: (spec, host, options, talk) => agentLogs({ spec, host, lookEveryMs }, options, talk),
  };
}

interface Work {
  readonly spec: AgentSpec;
  readonly host: Host;
  readonly talk: Talk;
  readonly pace: Required<LaunchdDriverDeps>;
}

async function start(work: Work): Promise<void> {
  const { spec, host } = work;
  const found = await known(work, "could not be started");
  const agent = found !== undefined && isEnding(found) ? await waitUntilGone(work, "could not be started") : found;
  if (agent === undefined) await load(work);
  // Some agents are not started by loading them: without RunAtLoad, and at times even with KeepAlive. (openbase-community/openbase#15)
  const now = agent ?? (await known(work, "could not be started"));
  if (now === undefined)
    throw new AtkError("E_SERVICE", `${spec.plugin} could not be started: its list has another label`, {
      at: { file: spec.directory },
      hint: `write <key>Label</key><string>${spec.definition.label}</string> in the list`,
    });
  const isFresh = agent === undefined && now.runs > 0;
  if (now.state === "running" || now.state === "spawn scheduled" || now.waits || isFresh) return;
  const call = callOf(work, ["kickstart", agentTarget(spec)], "could not be started");
  const result = await callLaunchctl(call, spec, host);
  if (result.exitCode === LAUNCHD.alreadyInProgress) return;
  refuse(call, result, spec);
}

/**
 * For some seconds after an agent was taken away, loading it is refused with 5 or 37; both are also said of one that is there.
 * (headroomlabs-ai/headroom#1289, Layr-Labs/d-inference#1102, openclaw/openclaw#71413)
 */
async function load(work: Work): Promise<void> {
  const { spec, host, pace } = work;
  const call = callOf(work, ["bootstrap"], "could not be started");
  for (let look = 1; ; look += 1) {
    const result = await bootstrap(spec, host, call);
    if (result.exitCode === 0 && !result.timedOut) return;
    const mayPass = result.exitCode === LAUNCHD.inputOutput || result.exitCode === LAUNCHD.alreadyInProgress;
    if (!mayPass || look >= pace.mostLooks) throw launchdFault(call, result, spec);
    const agent = await known(work, call.failed);
    if (agent !== undefined && !isEnding(agent)) return;
    await sleep(pace.lookEveryMs);
  }
}

async function stop(work: Work): Promise<void> {
  const { spec, host } = work;
  const call = callOf(work, ["bootout", agentTarget(spec)], "could not be stopped");
  const result = await callLaunchctl(call, spec, host);
  const { noSuchProcess, notFound, nowInProgress } = LAUNCHD;
  if (result.exitCode === noSuchProcess || result.exitCode === notFound) return;
  if (result.exitCode !== nowInProgress) refuse(call, result, spec);
  await waitUntilGone(work, call.failed);
}

/** launchctl answers before the process has ended and the label is free. */
async function waitUntilGone(work: Work, failed: string): Promise<undefined> {
  const { lookEveryMs, mostLooks } = work.pace;
  for (let look = 1; look <= mostLooks; look += 1) {
    if ((await known(work, failed)) === undefined) return undefined;
    await sleep(lookEveryMs);
  }
  throw new AtkError("E_SERVICE", `${work.spec.plugin} ${failed}: its process does not end`, {
    hint: `launchctl print ${agentTarget(work.spec)}`,
  });
}

async function known({ spec, host }: Work, failed: string): Promise<Agent | undefined> {
  const agent = await askAgent(spec, host, CALL_LIMIT_MS);
  if (agent !== "too late") return agent === "not loaded" ? undefined : agent;
  throw new AtkError("E_SERVICE", `${spec.plugin} ${failed}: launchctl did not answer`, {
    hint: `launchctl print ${agentTarget(spec)}`,
  });
}

function isEnding({ state }: Agent): boolean {
  return /^SIG[A-Z]+ed$/.test(state);
}

function callOf({ talk }: Work, args: readonly string[], failed: string): LaunchctlCall {
  return { args, failed, talk, timeoutMs: CALL_LIMIT_MS };
}

function refuse(call: LaunchctlCall, result: RunResult, spec: AgentSpec): void {
  if (result.exitCode !== 0 || result.timedOut) throw launchdFault(call, result, spec);
}

async function observe(spec: AgentSpec, host: Host, timeoutMs: number): Promise<Observation> {
  const agent = await askAgent(spec, host, timeoutMs);
  if (agent === "too late") return { state: "unknown", detail: "launchctl did not answer" };
  return agent === "not loaded" ? { state: "stopped" } : judgeAgent(agent);
}
