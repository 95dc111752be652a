import { controlServices, stopOne, type ServiceResult } from "../control-services.ts";
import { lookAgain, type Context } from "../context.ts";
import { isAllowed } from "../approvals.ts";
import { findPlugins } from "../find-services.ts";
import { hasService, serviceOf } from "../service-spec.ts";
import { observeService } from "../service-state.ts";

/** A service that runs and that no `service:` in the manifest governs: it is stopped before its files change, and started after. */
export interface AroundService {
  stop(): Promise<void>;
  /** Starts it again where `stop` has stopped it, with what is there now. */
  startAgain(signal: AbortSignal): Promise<ServiceResult | undefined>;
}

const WAIT_MS = 120_000;
const quiet = (): (() => undefined) => () => undefined;

/** A plugin that is broken now has no service that could be stopped by its description. */
export async function aroundService(name: string, context: Context): Promise<AroundService> {
  const [plugin] = await findPlugins({ names: [name], all: false }, context).catch(() => []);
  const isGoverned = plugin?.entry.service !== undefined;
  if (plugin === undefined || isGoverned || !hasService(plugin) || !isAllowed(plugin)) return NOTHING;
  const service = await serviceOf(plugin, context).catch(() => undefined);
  if (service === undefined) return NOTHING;
  const { state } = await observeService(service, context);
  if (!["running", "starting", "unhealthy"].includes(state)) return NOTHING;
  let isStopped = false;
  return {
    async stop() {
      await context.step(`Stop ${name}`, () => stopOne({ plugin, service }, { talk: quiet }, context));
      isStopped = true;
    },
    async startAgain(signal) {
      if (!isStopped) return undefined;
      const options = { names: [name], all: false, wait: true, waitMs: WAIT_MS, signal, talk: quiet };
      return (await controlServices("start", options, lookAgain(context)))[0];
    },
  };
}

const NOTHING: AroundService = { stop: async () => undefined, startAgain: async () => undefined };
