import type { Host } from "../../core/host.ts";
import type { CloneRequest } from "../git.ts";
import { lastValue } from "../config.ts";
import { readConfig } from "./config.ts";
import { quietNetwork } from "./network.ts";
import { createRunGit, type RunGit } from "./run-git.ts";

/** git in a directory to be filled, that never asks; all its calls together must end within the time limit. */
export async function createNetworkGit(
  host: Host,
  program: string,
  { directory, timeoutMs }: CloneRequest,
): Promise<RunGit> {
  const run = createRunGit(host, program, directory);
  const config = await readConfig(run, "^core\\.sshcommand$");
  const env = quietNetwork(host.machine, lastValue(config, "core.sshcommand"));
  const endsAt = host.now().getTime() + timeoutMs;
  return async (call) => {
    const leftMs = Math.max(1, endsAt - host.now().getTime());
    return run({ ...call, env: { ...env, ...call.env }, timeoutMs: leftMs, limitMs: timeoutMs });
  };
}
