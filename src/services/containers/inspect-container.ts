import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Host } from "../../core/host.ts";
import type { ServiceSpec } from "../service.ts";
import { healthOf, type Container } from "./container.ts";
import { callEngine, callFault, type Client } from "./engine-call.ts";

export interface InspectedContainer extends Container {
  readonly labels: Readonly<Record<string, string>>;
  readonly restarts: number;
  /** Why it could not be started, in the engine's words. */
  readonly error: string;
  readonly outOfMemory: boolean;
  /** When it became what it is, ISO 8601. */
  readonly since?: string;
}

/** Only what is needed: the whole answer would hold the values of all variables. */
const TEMPLATE = '{"state":{{json .State}},"restarts":{{json .RestartCount}},"labels":{{json .Config.Labels}}}';

/**
 * One container by its name; undefined when there is none. "too late" after `timeoutMs`.
 * @throws AtkError E_SERVICE when the engine cannot be asked.
 */
export async function inspectContainer(
  query: { readonly client: Client; readonly name: string; readonly timeoutMs?: number },
  spec: Pick<ServiceSpec, "plugin" | "env">,
  host: Host,
): Promise<InspectedContainer | undefined | "too late"> {
  const { client, name, timeoutMs } = query;
  const args = ["container", "inspect", "--format", TEMPLATE, name];
  const call = { client, args, failed: "could not be asked for", ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const result = await callEngine(call, spec, host);
  if (result.timedOut) return "too late";
  if (result.exitCode === 0) return readInspected(name, result.stdout);
  if (isNoSuchContainer(result.stderr)) return undefined;
  throw callFault(call, result, { spec, host });
}

/**
 * Docker up to 27: "Error: No such container: x"; since 28 "Error response from daemon: No such container: x". Podman: "Error: no such
 * container x", also with "inspecting object:" before it.
 */
function isNoSuchContainer(stderr: string): boolean {
  return /no such (container|object)/i.test(stderr);
}

function readInspected(name: string, text: string): InspectedContainer {
  const { state, restarts, labels } = objectOf(JSON.parse(text) as Json);
  const facts = objectOf(state);
  const status = textOf(facts["Status"]).toLowerCase();
  const since = instant(textOf(facts[status === "running" || status === "paused" ? "StartedAt" : "FinishedAt"]));
  return {
    name,
    status,
    // Podman 3 calls it Healthcheck; it has an empty status where the image has no check.
    health: healthOf(textOf(objectOf(facts["Health"] ?? facts["Healthcheck"])["Status"])),
    exitCode: numberOf(facts["ExitCode"]),
    error: textOf(facts["Error"]),
    outOfMemory: facts["OOMKilled"] === true,
    restarts: numberOf(restarts),
    labels: Object.fromEntries(Object.entries(objectOf(labels)).map(([key, value]) => [key, textOf(value)])),
    ...(since === undefined ? {} : { since }),
  };
}

/** An engine that has no instant to give writes the year 1. */
function instant(text: string): string | undefined {
  const milliseconds = Date.parse(text);
  return milliseconds > 0 ? new Date(milliseconds).toISOString() : undefined;
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}
