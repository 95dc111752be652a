import { isPending, needsAttention, type Change } from "../core/plan.ts";
import type { Item, PlanWork } from "./make-plan.ts";
import type { Resolution, Task } from "./next-state.ts";

/** How changes that need attention are decided: by flag for all, or one by one. */
export interface Decisions {
  readonly onDrift?: "keep" | "overwrite" | "backup";
  readonly takeOver?: boolean;
  /** Asked for a change no flag decides; undefined: leave it alone. */
  ask?(change: Change): Promise<Resolution | undefined>;
  /** Addresses of entries that are there already and become atk's own, so that they go when the manifest no longer has them. */
  readonly claims?: ReadonlySet<string>;
}

export interface Choice {
  readonly tasks: readonly Task[];
  /** Changes that need attention and were left alone without a decision. */
  readonly left: readonly Change[];
}

export async function chooseTasks(work: PlanWork, decisions: Decisions): Promise<Choice> {
  const tasks: Task[] = [];
  const left: Change[] = [];
  for (const item of work.items) {
    if (isPending(item.change)) tasks.push({ item, resolution: pendingResolution(item, decisions) });
    if (!needsAttention(item.change)) continue;
    const resolution = await resolve(item.change, decisions);
    const task = taskFor(item, resolution);
    if (task !== undefined) tasks.push(task);
    else if (resolution === undefined) left.push(item.change);
  }
  return { tasks, left };
}

function pendingResolution({ change, keepsCopy }: Item, { claims }: Decisions): Resolution | undefined {
  if (keepsCopy === true) return "backup";
  return change.verdict === "adopt" && claims?.has(change.address) === true ? "claim" : undefined;
}

async function resolve(change: Change, decisions: Decisions): Promise<Resolution | undefined> {
  if (change.verdict === "blocked") return undefined;
  if (change.verdict === "unmanaged" && decisions.takeOver) return "take-over";
  if (change.verdict === "drifted" && decisions.onDrift !== undefined) return decisions.onDrift;
  return decisions.ask?.(change);
}

/** Keeping theirs changes nothing, except that an entry which is no longer wanted is let go. */
function taskFor(item: Item, resolution: Resolution | undefined): Task | undefined {
  if (resolution === undefined) return undefined;
  if (resolution !== "keep") return { item, resolution };
  if (item.resource !== undefined) return undefined;
  return { item: { ...item, change: { ...item.change, verdict: "forget" } }, resolution };
}
