import type { Observation } from "../../services/service.ts";
import { AtkError } from "../../core/errors.ts";
import { isAllowed } from "../approvals.ts";
import type { Context } from "../context.ts";
import { lookAgain } from "../context.ts";
import { startOne, stopOne } from "../control-services.ts";
import { findPlugins } from "../find-services.ts";
import type { GoodPlugin } from "../plugin-env.ts";
import { hasService, serviceOf } from "../service-spec.ts";
import { observeService } from "../service-state.ts";
import { readSmall, writeSmall } from "./small-file.ts";

/** Services that are down because of a backup. Written before the first is stopped, removed when all are up again. */
const PAUSED_FILE = "paused.json";
interface Paused {
  readonly plugins: readonly string[];
}

/** A service that was stopped, or one that was down already. */
export interface Pause {
  /** Whether nothing of the plugin runs now. */
  readonly isDown: boolean;
  /** @throws AtkError E_SERVICE when it does not come up; the note that it is down is gone then, too */
  resume(): Promise<void>;
}

const UP: ReadonlySet<Observation["state"]> = new Set(["running", "starting", "unhealthy"]);
const quiet = (): (() => undefined) => () => undefined;
const WAIT_MS = 120_000;

/** Stops the service of a plugin when it runs. Who is killed meanwhile leaves a note: the next atk starts it. */
export async function pauseService(plugin: GoodPlugin, context: Context): Promise<Pause> {
  const NOTHING = { resume: async () => undefined };
  if (!hasService(plugin) || !isAllowed(plugin)) return { ...NOTHING, isDown: false };
  const { name } = plugin.entry;
  const service = await serviceOf(plugin, context);
  const { state } = await observeService(service, context);
  if (!UP.has(state)) return { ...NOTHING, isDown: state === "stopped" };
  await writeSmall(PAUSED_FILE, { plugins: [name] } satisfies Paused, context);
  try {
    await context.step(`Stop ${name}`, () => stopOne({ plugin, service }, { talk: quiet }, context));
  } catch (error) {
    await resumePaused(context).catch(() => undefined);
    throw error;
  }
  return { isDown: true, resume: () => context.step(`Start ${name}`, () => resumePaused(context)) };
}

export async function isPaused(context: Context): Promise<boolean> {
  return (await readSmall<Paused>(PAUSED_FILE, context)) !== undefined;
}

/** Starts what a backup has stopped; gives their names. @throws AtkError E_SERVICE */
export async function resumePaused(context: Context): Promise<void> {
  const paused = await readSmall<Paused>(PAUSED_FILE, context);
  for (const name of paused?.plugins ?? []) {
    const [plugin] = await findPlugins({ names: [name], all: false }, lookAgain(context)).catch(() => []);
    // Nobody describes it any more.
    if (plugin === undefined || !hasService(plugin)) continue;
    const service = await serviceOf(plugin, context);
    try {
      await startOne({ plugin, service }, { wait: true, waitMs: WAIT_MS, talk: quiet }, context);
    } catch (error) {
      await writeSmall(PAUSED_FILE, undefined, context);
      throw failed(name, error);
    }
  }
  await writeSmall(PAUSED_FILE, undefined, context);
}

function failed(name: string, cause: unknown): unknown {
  if (!(cause instanceof AtkError)) return cause;
  return new AtkError("E_SERVICE", `${name} was stopped for its backup and does not start again: ${cause.message}`, {
    hint: `atk start ${name}`,
    cause,
  });
}
