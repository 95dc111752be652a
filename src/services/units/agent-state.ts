import type { Observation } from "../service.ts";

/** What `launchctl print` says of an agent, as far as it is used. It holds environments too, which are never taken. */
export interface Agent {
  /** "running", "not running", "spawn scheduled", "SIGTERMed" and others. */
  readonly state: string;
  readonly pid: number;
  /** Starts since it was loaded. */
  readonly runs: number;
  /** "0", "78: EX_CONFIG", "(never exited)"; empty when not told. */
  readonly lastExit: string;
  /** "Killed: 9"; empty when not told. */
  readonly lastSignal: string;
  /** "OS_REASON_CODESIGNING"; empty when not told. */
  readonly lastReason: string;
  /** It runs at times, or when something happens. */
  readonly waits: boolean;
  /** Where its output goes, each file once. */
  readonly outputs: readonly string[];
}

/**
 * Apple calls this output no interface, but gives no other since `list` knows less (Homebrew/brew#19602), so whatever is not found is left
 * empty. The agent's own lines have one tab; deeper ones are of other things, some of which have a `state` as well.
 */
export function parseAgent(text: string): Agent {
  const value = (name: string): string =>
    new RegExp(String.raw`^(?:\t| {1,4})${name} = (.*)$`, "m").exec(text)?.[1]?.trim() ?? "";
  return {
    state: value("state"),
    pid: Number(value("pid")) || 0,
    runs: Number(value("runs")) || 0,
    lastExit: value("last exit code"),
    lastSignal: value("last terminating signal"),
    lastReason: value("last exit reason"),
    waits: value("run interval") !== "" || /^\s+stream = com\.apple\./m.test(text),
    outputs: [...new Set([value("stdout path"), value("stderr path")])].filter((path) => path.startsWith("/")),
  };
}

/** What an agent does, in the words of every service. */
export function judgeAgent(agent: Agent): Observation {
  const { pid, runs, waits } = agent;
  const restarts = waits ? 0 : runs - 1;
  return { ...judge(agent), ...(pid > 0 ? { pid } : {}), ...(restarts > 0 ? { restarts } : {}) };
}

function judge(agent: Agent): Observation {
  switch (agent.state) {
    case "running":
      return { state: "running" };
    case "spawn scheduled":
    case "spawning":
      return agent.runs === 0
        ? { state: "starting" }
        : { state: "starting", detail: `${howItEnded(agent)}, is started again` };
    case "not running":
    case "waiting":
    case "exited":
      return judgeIdle(agent);
    case "":
      return { state: "unknown", detail: "launchctl says nothing of its state" };
    default:
      // SIGTERMed, SIGKILLed: it still has its process. (kxn/codex-remote-feishu#914)
      return { state: "running", detail: "is being stopped" };
  }
}

function judgeIdle(agent: Agent): Observation {
  const hasFailed = agent.lastSignal !== "" || agent.lastReason !== "" || /^-?[1-9]/.test(agent.lastExit);
  if (hasFailed) return { state: "failed", detail: howItEnded(agent) };
  if (agent.waits) return { state: "running", detail: "waits for its time" };
  return agent.lastExit === "0" ? { state: "stopped", detail: howItEnded(agent) } : { state: "stopped" };
}

function howItEnded({ lastExit, lastSignal, lastReason }: Agent): string {
  if (lastReason !== "") return `ended by macOS: ${lastReason}`;
  if (lastSignal !== "") return `ended by signal ${lastSignal}`;
  return /^-?\d/.test(lastExit) ? `exited with code ${lastExit}` : "ended";
}
