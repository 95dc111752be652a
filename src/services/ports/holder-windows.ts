import type { Programs } from "../../core/host.ts";
import { shownName, type PortHolder } from "./port-holder.ts";

const LIMIT_MS = 3_000;

export async function holderOnWindows(port: number, programs: Programs): Promise<PortHolder | undefined> {
  const { stdout } = await programs.run({ command: "netstat", args: ["-ano"], timeoutMs: LIMIT_MS });
  const pid = listenerIn(stdout, port);
  if (pid === undefined) return undefined;
  const args = ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH"];
  const task = await programs.run({ command: "tasklist", args, timeoutMs: LIMIT_MS });
  // "node.exe","4711","Console","1","30,000 K"
  return { kind: "process", pid, name: shownName(/^\s*"([^"]+)","\d+"/.exec(task.stdout)?.[1] ?? "") };
}

/**
 * Lines like "TCP  0.0.0.0:8787  0.0.0.0:0  LISTENING  4711". The word for the state is in the user's language, so it is told by
 * the other end: only who listens has none, which is written as port 0.
 */
function listenerIn(output: string, port: number): number | undefined {
  for (const line of output.split(/\r?\n/)) {
    const [protocol, local = "", other = "", ...rest] = line.trim().split(/\s+/);
    const isIt = protocol === "TCP" && local.endsWith(`:${port}`) && /^(0\.0\.0\.0|\[::\]):0$/.test(other);
    if (isIt) return Number(rest.at(-1));
  }
  return undefined;
}
