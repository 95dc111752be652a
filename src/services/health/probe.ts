import type { Host } from "../../core/host.ts";
import { connectFault } from "./connect-fault.ts";
import type { HealthCheck, ProbeOutcome } from "./health-check.ts";
import type { Turn } from "./map-services.ts";
import { startTimeLimit, type TimeLimit } from "./time-limit.ts";

export interface ProbeOptions {
  readonly host: Host;
  /** Default 3000. Of each probe by itself. */
  readonly timeoutMs?: number;
  /** Ends the probe, and what it started. */
  readonly signal?: AbortSignal;
  /** Where programs wait for their turn, see mapServices. Default: nobody waits. */
  readonly turn?: Turn;
}

const DEFAULT_TIMEOUT_MS = 3_000;

/**
 * Asks a service once whether it is well. Never throws, and always ends: within `timeoutMs`, and for a command at most 1.5 s
 * later, when it does not go politely. Leaves no connection and no process behind.
 */
export function probe(check: HealthCheck, options: ProbeOptions): Promise<ProbeOutcome> {
  const { turn } = options;
  const startsPrograms = check.kind === "command";
  return turn !== undefined && startsPrograms ? turn(() => limited(check, options)) : limited(check, options);
}

async function limited(check: HealthCheck, options: ProbeOptions): Promise<ProbeOutcome> {
  const limit = startTimeLimit(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, options.signal);
  try {
    return await ask(check, options.host, limit);
  } catch (error) {
    return connectFault(error, "the service");
  } finally {
    limit.clear();
  }
}

async function ask(check: HealthCheck, host: Host, limit: TimeLimit): Promise<ProbeOutcome> {
  switch (check.kind) {
    case "command":
      return (await import("./probe-command.ts")).probeCommand(check, host, limit);
    case "http":
      return (await import("./probe-http.ts")).probeHttp(check, limit);
    case "tcp":
      return (await import("./probe-tcp.ts")).probeTcp(check, limit);
    case "mcp":
      return (await import("./probe-mcp.ts")).probeMcp(check, limit);
  }
}
