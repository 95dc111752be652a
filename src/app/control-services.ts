import { AtkError } from "../core/errors.ts";
import type { Problem } from "../core/errors.ts";
import type { Observation, Talk } from "../services/service.ts";
import { isAllowed, refuseUnapproved } from "./approvals.ts";
import type { Context } from "./context.ts";
import { findServices, type ServiceChoice } from "./find-services.ts";
import { asProblem } from "./make-plan.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { recordControl } from "./record-control.ts";
import { refuseUnready } from "./service-checks.ts";
import { driverOf } from "./service-drivers.ts";
import { hideIn, secretValues } from "./service-output.ts";
import { hasService, serviceOf, type KnownService } from "./service-spec.ts";
import { observeService } from "./service-state.ts";
import { rememberByHand } from "./started-by-hand.ts";
import { stopAsStarted } from "./stop-as-started.ts";

export type ServiceVerb = "start" | "stop" | "restart";

/** What became of one service. */
export interface ServiceResult {
  readonly name: string;
  /** unchanged: it was so already. skipped: the plugin has no service. */
  readonly outcome: "started" | "stopped" | "restarted" | "unchanged" | "skipped" | "failed";
  readonly state?: Observation["state"];
  readonly detail?: string;
  readonly problem?: { readonly code: string } & Problem;
}

export interface ControlOptions extends ServiceChoice {
  /** false: do not wait until it is healthy. */
  readonly wait: boolean;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  /** Output of the plugins' commands, secrets hidden, by plugin. */
  readonly talk: (plugin: string) => Talk;
  readonly onResult?: (result: ServiceResult) => void;
}

interface One {
  readonly plugin: GoodPlugin;
  readonly service: KnownService;
}

interface Known {
  readonly plugin: GoodPlugin;
  /** Absent when it has none. */
  readonly service?: KnownService;
  /** Why it cannot be touched; the others go on. */
  readonly fault?: AtkError;
}

/**
 * Starts, stops or restarts services: in the manifest's order, stops in reverse. Variables and ports of all are checked before the
 * first is touched; later one that fails does not keep the others from going on.
 * @throws AtkError E_ENV, E_PORT before anything was done
 */
export async function controlServices(
  verb: ServiceVerb,
  options: ControlOptions,
  context: Context,
): Promise<readonly ServiceResult[]> {
  const plugins = await findServices(options, context);
  if (verb !== "stop") refuseUnapproved(plugins);
  const known = await Promise.all(
    plugins.map(async (plugin): Promise<Known> => {
      if (!hasService(plugin)) return { plugin };
      if (verb !== "stop" || isAllowed(plugin)) return { plugin, service: await serviceOf(plugin, context) };
      return stopAsStarted(plugin, context).then((service) => ({ plugin, service }), faultOf(plugin));
    }),
  );
  if (verb !== "stop") await refuseUnready(known.flatMap(hasKnown), context);
  const results = await act(verb, known, options, context);
  await rememberByHand(results, plugins, context);
  await recordControl(verb, results, context);
  return results;
}

async function act(
  verb: ServiceVerb,
  known: readonly Known[],
  options: ControlOptions,
  context: Context,
): Promise<readonly ServiceResult[]> {
  if (verb === "start") return each(known, (one) => startOne(one, options, context), options);
  const stopped = await each([...known].reverse(), (one) => stopOne(one, options, context), options, verb === "stop");
  if (verb === "stop") return stopped;
  const failed = stopped.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) return failed;
  const startAgain = async (one: One): Promise<ServiceResult> => {
    const result = await startOne(one, options, context);
    return result.outcome === "started" ? { ...result, outcome: "restarted" } : result;
  };
  return each(known, startAgain, options);
}

function hasKnown({ plugin, service }: Known): readonly One[] {
  return service === undefined ? [] : [{ plugin, service }];
}

function faultOf(plugin: GoodPlugin): (error: unknown) => Known {
  return (fault) => {
    if (fault instanceof AtkError) return { plugin, fault };
    throw fault;
  };
}

async function each(
  known: readonly Known[],
  doOne: (one: One) => Promise<ServiceResult>,
  { onResult }: ControlOptions,
  tells = true,
): Promise<readonly ServiceResult[]> {
  const results: ServiceResult[] = [];
  for (const one of known) {
    const result = await resultOf(one, doOne);
    if (tells) onResult?.(result);
    results.push(result);
  }
  return results;
}

async function resultOf(
  { plugin, service, fault }: Known,
  act: (one: One) => Promise<ServiceResult>,
): Promise<ServiceResult> {
  const { name } = plugin.entry;
  if (fault !== undefined) return { name, outcome: "failed", problem: asProblem(fault) };
  if (service === undefined) return { name, outcome: "skipped", detail: "the plugin has no service" };
  try {
    return await act({ plugin, service });
  } catch (error) {
    if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED") throw error;
    return { name, outcome: "failed", problem: asProblem(error) };
  }
}

/** Starts it unless it runs, and waits until it is well. @throws AtkError E_SERVICE */
export async function startOne(
  { plugin, service }: One,
  { wait, waitMs, signal, talk }: Omit<ControlOptions, keyof ServiceChoice>,
  context: Context,
): Promise<ServiceResult> {
  const { name } = plugin.entry;
  const before = await observeService(service, context);
  if (before.state === "running") return { name, outcome: "unchanged", ...told(before) };
  if (before.state !== "starting") {
    const secrets = secretValues(plugin, service.spec);
    const driver = await driverOf(service.spec, context, secrets);
    const hidden = hideIn(secrets, talk(name));
    await driver.start(service.spec, context.host, hidden.talk).finally(() => hidden.end());
  }
  if (!wait) return { name, outcome: "started" };
  const { waitUntilHealthy } = await import("../services/health/wait-until-healthy.ts");
  const look = async (stop: AbortSignal): Promise<Observation> => {
    const seen = await observeService(service, context, { signal: stop });
    // Nobody can tell: what its start command said is all there is.
    return seen.state === "unknown" ? { ...seen, state: "running" } : seen;
  };
  const after = await waitUntilHealthy(look, { name, timeoutMs: waitMs, ...(signal === undefined ? {} : { signal }) });
  return { name, outcome: "started", ...told(after) };
}

/** @throws AtkError E_SERVICE */
export async function stopOne(
  { plugin, service }: One,
  { talk }: Pick<ControlOptions, "talk">,
  context: Context,
): Promise<ServiceResult> {
  const { name } = plugin.entry;
  const driver = await driverOf(service.spec, context);
  const before = await driver.observe(service.spec, context.host, LOOK_MS);
  if (before.state === "stopped") return { name, outcome: "unchanged", state: "stopped" };
  const hidden = hideIn(secretValues(plugin, service.spec), talk(name));
  await driver.stop(service.spec, context.host, hidden.talk).finally(() => hidden.end());
  return { name, outcome: "stopped", state: "stopped" };
}

const LOOK_MS = 5_000;

function told({ state, detail }: Observation): Pick<ServiceResult, "state" | "detail"> {
  return { state, ...(detail === undefined ? {} : { detail }) };
}
