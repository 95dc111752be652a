import { AtkError } from "../core/errors.ts";
import type { Change } from "../core/plan.ts";
import type { StopKnowledge } from "../core/resource.ts";
import type { ServiceDefinition, ServiceSpec } from "../services/service.ts";
import type { Context } from "./context.ts";
import { startOne, stopOne, type ControlOptions } from "./control-services.ts";
import { asProblem } from "./make-plan.ts";
import { nextState, type Task } from "./next-state.ts";
import { lookAgain } from "./context.ts";
import type { LoadedPlugin } from "./load-plugins.ts";
import { isGood } from "./find-services.ts";
import { fromRecord, insideOf } from "./plugin-isolation.ts";
import { refuseUnready } from "./service-checks.ts";
import { driverOf } from "./service-drivers.ts";
import { serviceOf } from "./service-spec.ts";
import { readState, replaceState } from "./state-store.ts";

export function isService({ item }: Task): boolean {
  return item.change.locator.kind === "service";
}

/** Stops what is not wanted any more, while its files are still there. A service that was found running is let go and goes on. */
export async function stopGoing(tasks: readonly Task[], forced: boolean, context: Context): Promise<void> {
  for (const { item } of tasks.filter(isService)) {
    const { recorded, change } = item;
    if (change.verdict !== "delete" || recorded?.service === undefined) continue;
    const spec = recordedSpec(change.owner, recorded.service, context);
    const driver = await driverOf(spec, context);
    await context
      .step(`Stop ${change.owner}`, () => driver.stop(spec, context.host, () => undefined))
      .catch((error: unknown) => {
        if (!forced || !(error instanceof AtkError)) throw error;
        context.tell({ type: "warning", message: error.message });
      });
  }
}

/** What was recorded is enough to stop it. */
export function recordedSpec(plugin: string, known: StopKnowledge, context: Context): ServiceSpec {
  const { home, directory, runDirectory, definition, stop, isolation } = known;
  const env = { ATK_PLUGIN_DIR: directory, ATK_NONINTERACTIVE: "1" };
  return {
    ...insideOf(fromRecord(isolation), { plugin, directory, env }, context),
    plugin,
    home,
    directory,
    runDirectory,
    env,
    ports: [],
    definition: definition as unknown as ServiceDefinition,
    commands: stop === undefined ? {} : { stop },
  };
}

const WAIT_MS = 120_000;

export interface ServicesDone {
  readonly done: readonly Task[];
  /** What could not be done: blocked, with the reason. Everything else of the apply stands. */
  readonly failed: readonly Change[];
}

/** Brings services to where they shall be, in order, and records those that are. Called when files and installs are done. */
export async function applyServices(
  tasks: readonly Task[],
  plugins: readonly LoadedPlugin[],
  context: Context,
): Promise<ServicesDone> {
  const mine = tasks.filter((task) => isService(task) && task.item.resource !== undefined);
  if (mine.length === 0) return { done: [], failed: [] };
  const fresh = lookAgain(context);
  const done: Task[] = [];
  const failed: Change[] = [];
  for (const task of mine) {
    const { change } = task.item;
    try {
      await context.step(titleOf(change), () => bring(task, plugins, fresh));
      done.push(task);
    } catch (error) {
      if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED") throw error;
      failed.push({ ...change, verdict: "blocked", problem: asProblem(error) });
    }
  }
  await record(done, fresh);
  return { done, failed };
}

function titleOf({ owner, summary, verdict }: Change): string {
  return `Service ${owner}: ${summary ?? verdict}`;
}

async function bring({ item }: Task, plugins: readonly LoadedPlugin[], context: Context): Promise<void> {
  const { change, resource } = item;
  const plugin = plugins.filter(isGood).find(({ entry }) => entry.name === change.owner);
  if (plugin === undefined || resource?.content.kind !== "service" || change.verdict === "adopt") return;
  const one = { plugin, service: await serviceOf(plugin, context) };
  const options: Omit<ControlOptions, "names" | "all"> = { wait: true, waitMs: WAIT_MS, talk: () => () => undefined };
  if (resource.content.wants === "stopped") return void (await stopOne(one, options, context));
  await refuseUnready([one], context);
  // It runs, with something else than what is wanted now.
  if (change.expected !== null) await stopOne(one, options, context);
  await startOne(one, options, context);
}

async function record(tasks: readonly Task[], context: Context): Promise<void> {
  if (tasks.length === 0) return;
  const { files } = context.host;
  const state = await readState(files, context.workspace);
  const after = await nextState({ state, tasks, files: {}, madeDirectories: [] });
  await replaceState(after, files, context.workspace);
}
