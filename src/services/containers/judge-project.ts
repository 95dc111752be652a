import type { Observation, ServiceState } from "../service.ts";
import { judge, type Container } from "./container.ts";

/** The first of these that any container is in is what the project is in. */
const WORST_FIRST: readonly ServiceState[] = ["failed", "unhealthy", "unknown", "starting"];

/**
 * What the containers of one compose project are together. A container that ended with 0 beside running ones has done its work (an init
 * container); one that was not started yet beside running ones waits for them.
 */
export function judgeProject(containers: readonly Container[]): Observation {
  if (containers.length === 0) return { state: "stopped" };
  const judged = containers.map((container) => ({ container, ...judge(container) }));
  for (const state of WORST_FIRST) {
    const some = judged.filter((each) => each.state === state);
    if (some.length > 0) return { state, detail: some.map(say).join("; ") };
  }
  const idle = judged.filter(({ state, container }) => state === "stopped" && !isDone(container));
  const running = judged.filter(({ state }) => state === "running");
  if (running.length === 0) return { state: "stopped", detail: judged.map(say).join("; ") };
  if (idle.length > 0) return { state: "starting", detail: idle.map(say).join("; ") };
  if (running.length === judged.length) return { state: "running" };
  return { state: "running", detail: `${running.length} of ${judged.length} containers, the others are done` };
}

function isDone({ status }: Container): boolean {
  return status === "exited" || status === "stopped";
}

function say({ container, state, detail }: { readonly container: Container } & Observation): string {
  return `${container.name} ${detail ?? `is ${state}`}`;
}
