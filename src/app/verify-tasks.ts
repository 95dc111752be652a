import { AtkError } from "../core/errors.ts";
import { providerOf } from "../primitives/providers.ts";
import { subjectOf, type Subject } from "../primitives/provider.ts";
import type { Locator } from "../core/resource.ts";
import type { State } from "../core/state.ts";
import { lookAgain, type Context } from "./context.ts";
import type { Task } from "./next-state.ts";

/**
 * Reads everything that was changed again and compares it with what was promised.
 * @throws AtkError E_HALF_WAY naming the first address that is not as promised.
 */
export async function verifyTasks(tasks: readonly Task[], state: State, context: Context): Promise<void> {
  const fresh = lookAgain(context);
  const failed = await Promise.all(tasks.map((task) => differs(task, state, fresh)));
  const first = tasks[failed.indexOf(true)];
  if (first === undefined) return;
  throw new AtkError("E_HALF_WAY", `${first.item.change.address} was written but is not there as promised`, {
    hint: "another program may be writing the same file; run atk plan",
  });
}

async function differs({ item }: Task, state: State, context: Context): Promise<boolean> {
  const { change, restore } = item;
  const resource = restore === undefined ? item.resource : undefined;
  if (change.verdict === "forget" || ["command", "service", "timer"].includes(change.locator.kind)) return false;
  const subject = resource === undefined ? undefined : subjectOf(resource, undefined);
  const observed = await providerOf(change.locator.kind).observe(subject ?? goneSubject(item, state), context);
  if (observed.state === "blocked") throw observed.error;
  return (observed.state === "present" ? observed.digest : null) !== change.after;
}

function goneSubject(item: Task["item"], state: State): Subject<Locator["kind"]> {
  const recorded = item.restore?.recorded ?? item.recorded;
  const shape = recorded?.shape === undefined ? undefined : state.shapes[recorded.shape];
  return { locator: item.change.locator, content: undefined, shape, recorded, followsLinks: true };
}
