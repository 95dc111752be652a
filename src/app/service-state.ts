import type { HealthOptions } from "../services/health/health-of.ts";
import type { Turn } from "../services/health/map-services.ts";
import type { Observation } from "../services/service.ts";
import { AtkError } from "../core/errors.ts";
import type { Context } from "./context.ts";
import { driverOf } from "./service-drivers.ts";
import type { KnownService } from "./service-spec.ts";

const LOOK_MS = 5_000;

export interface Looking {
  /** What starts programs waits for its turn. */
  readonly turn?: Turn;
  readonly signal?: AbortSignal;
}

/** What is known of a service now: the system's word, then its own probes. Never throws for what is the service's own fault. */
export async function observeService(
  { spec, checks, startingMs, timeoutMs }: KnownService,
  context: Context,
  { turn, signal }: Looking = {},
): Promise<Observation> {
  const { healthOf } = await import("../services/health/health-of.ts");
  const driver = await driverOf(spec, context);
  const look = (): Promise<Observation> => driver.observe(spec, context.host, LOOK_MS);
  const startsPrograms = spec.definition.type !== "process" || spec.commands.status !== undefined;
  try {
    const observed = await (turn !== undefined && startsPrograms ? turn(look) : look());
    const options: HealthOptions = {
      host: context.host,
      ...(turn === undefined ? {} : { turn }),
      ...(signal === undefined ? {} : { signal }),
      ...(startingMs === undefined ? {} : { startingMs }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
    return await healthOf(observed, checks, options);
  } catch (error) {
    if (error instanceof AtkError) return { state: "unknown", detail: error.message.split("\n", 1)[0] ?? "" };
    throw error;
  }
}
