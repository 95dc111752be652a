import { AtkError } from "../../core/errors.ts";
import type { Change } from "../../core/plan.ts";
import { managerNamed } from "../../timers/choose-manager.ts";
import { discard, makeFolders, writeWhole } from "../../timers/write-whole.ts";
import { parseSchedule } from "../../timers/parse-schedule.ts";
import { ticksOf } from "../../timers/ticks.ts";
import { timersFolder } from "../../timers/run-record.ts";
import type { ServicesDone } from "../apply-services.ts";
import type { Context } from "../context.ts";
import { asProblem } from "../make-plan.ts";
import { nextState, type Task } from "../next-state.ts";
import { readState, replaceState } from "../state-store.ts";
import { pendingFile, wishOf } from "./compile-timers.ts";

export function isTimer({ item }: Task): boolean {
  return item.change.locator.kind === "timer";
}

/** Takes away what is not wanted any more. When it is killed half way, the next run does it again. */
export async function removeTimers(tasks: readonly Task[], forced: boolean, context: Context): Promise<void> {
  for (const { item } of tasks.filter(isTimer)) {
    const known = item.recorded?.timer;
    if (item.resource !== undefined || known === undefined || item.change.verdict === "forget") continue;
    await context
      .step(`Remove ${nameOf(item.change)}`, () => managerNamed(known.manager).remove(known.name, context.host))
      .catch((error: unknown) => {
        if (!forced || !(error instanceof AtkError)) throw error;
        context.tell({ type: "warning", message: error.message });
      });
  }
}

/** Sets up what is wanted, in order, and records what could be. Called when everything else is done. */
export async function applyTimers(tasks: readonly Task[], context: Context): Promise<ServicesDone> {
  const done: Task[] = [];
  const failed: Change[] = [];
  for (const task of tasks.filter((each) => isTimer(each) && each.item.resource !== undefined)) {
    const { change } = task.item;
    try {
      await context.step(`Set up ${nameOf(change)}`, () => setUp(task, context));
      done.push(task);
    } catch (error) {
      if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED") throw error;
      failed.push({ ...change, verdict: "blocked", problem: asProblem(error) });
    }
  }
  await record(done, context);
  await lingerNote(done, context);
  return { done, failed };
}

function nameOf({ address }: Change): string {
  return address.replace(".", " ");
}

async function setUp({ item }: Task, context: Context): Promise<void> {
  const { resource, recorded } = item;
  if (resource?.content.kind !== "timer" || resource.locator.kind !== "timer") return;
  const { timer } = resource.content;
  const { host, workspace } = context;
  await makeFolders(timersFolder(workspace.stateDirectory), host.files);
  await writeWhole(pendingFile(timer.name, context), "", host.files);
  const former = recorded?.timer;
  if (former !== undefined && (former.manager !== timer.manager || former.name !== timer.name))
    await managerNamed(former.manager)
      .remove(former.name, host)
      .catch(() => undefined);
  const wish = wishOf(resource.locator.id, timer, ticksOf(parseSchedule(timer.schedule)), context);
  await managerNamed(timer.manager).install(wish, host);
}

/** The marks go when the state knows: what is marked is set up again. */
async function record(tasks: readonly Task[], context: Context): Promise<void> {
  if (tasks.length === 0) return;
  const { files } = context.host;
  const state = await readState(files, context.workspace);
  const after = await nextState({ state, tasks, files: {}, madeDirectories: [] });
  await replaceState(after, files, context.workspace);
  for (const { timer } of tasks.flatMap(timersIn)) await discard(pendingFile(timer.name, context), files);
}

function timersIn({ item }: Task): readonly { readonly timer: { readonly name: string; readonly manager: string } }[] {
  const content = item.resource?.content;
  return content?.kind === "timer" ? [content] : [];
}

/** Without it the user's systemd, and its timers, end with the last login. (loginctl(1), enable-linger) */
async function lingerNote(tasks: readonly Task[], { host, tell }: Context): Promise<void> {
  if (!tasks.flatMap(timersIn).some(({ timer }) => timer.manager === "systemd")) return;
  const user = host.machine.env["USER"] ?? host.machine.env["LOGNAME"];
  if (user === undefined || !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(user)) return;
  if ((await host.files.stat(`/var/lib/systemd/linger/${user}`)) !== undefined) return;
  tell({
    type: "note",
    message: "timers run while you are logged in",
    hint: `loginctl enable-linger ${user} lets them run always`,
  });
}
