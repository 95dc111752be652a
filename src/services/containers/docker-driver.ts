import type { Host } from "../../core/host.ts";
import type { LogOptions, Observation, ServiceDriver, Talk } from "../service.ts";
import { judge } from "./container.ts";
import { findEngine } from "./container-engine.ts";
import { containerName } from "./container-name.ts";
import { callEngine, callFault, callOrThrow, type Client } from "./engine-call.ts";
import { inspectContainer, type InspectedContainer } from "./inspect-container.ts";
import { lastWords } from "./last-words.ts";
import { planRun, runArguments, type DockerDefinition, type DockerSpec } from "./run-plan.ts";
import { SPEC_LABEL, specDigest, type KeyedDigest } from "./spec-label.ts";

export interface DockerDriverDeps {
  /** Needed to notice that the value of a variable has changed; see `specDigest`. */
  readonly digest?: KeyedDigest;
}

/**
 * One container for one plugin, in Docker or Podman, that the engine itself keeps running (`unless-stopped`). Stopping takes the container
 * away and leaves its volumes. A container that was made from another image, other arguments, ports, volumes or variables is made anew.
 */
export function createDockerDriver({ digest }: DockerDriverDeps = {}): ServiceDriver<DockerDefinition> {
  return { type: "docker", start: (spec, host, talk) => start(spec, host, { talk, digest }), stop, observe, logs };
}

export const dockerDriver = createDockerDriver();

async function clientOf(host: Host): Promise<Client> {
  return { command: (await findEngine(host)).command, lead: [] };
}

interface Starting {
  readonly talk: Talk;
  readonly digest: KeyedDigest | undefined;
}

async function start(spec: DockerSpec, host: Host, { talk, digest }: Starting): Promise<void> {
  const client = await clientOf(host);
  const name = containerName(spec);
  const plan = await planRun(spec, host);
  const label = specDigest(plan, digest);
  const found = await inspectContainer({ client, name }, spec, host);
  const container = found === "too late" ? undefined : found;
  const call = (args: readonly string[]) =>
    callOrThrow({ client, args, talk, failed: "could not be started" }, spec, host);
  switch (nextStep(container, label)) {
    case "nothing":
      return;
    case "wake":
      await call(["unpause", name]);
      return;
    case "start":
      await call(["start", name]);
      return;
    case "replace":
      await call(["rm", "--force", name]);
      await call(runArguments(plan, spec, label));
      return;
    case "run":
      await call(runArguments(plan, spec, label));
  }
}

function nextStep(
  container: InspectedContainer | undefined,
  label: string,
): "nothing" | "wake" | "start" | "replace" | "run" {
  if (container === undefined) return "run";
  if (container.status === "running") return "nothing";
  if (container.labels[SPEC_LABEL] !== label) return "replace";
  if (container.status === "restarting") return "nothing";
  return container.status === "paused" ? "wake" : "start";
}

async function stop(spec: DockerSpec, host: Host, talk: Talk): Promise<void> {
  const client = await clientOf(host);
  const name = containerName(spec);
  if ((await inspectContainer({ client, name }, spec, host)) === undefined) return;
  const call = (args: readonly string[]) =>
    callOrThrow({ client, args, talk, failed: "could not be stopped" }, spec, host);
  // -t, because its long name is --time up to Docker 27 and in Podman, and --timeout since Docker 28.
  await call(["stop", "-t", "10", name]);
  await call(["rm", "--force", name]);
}

async function observe(spec: DockerSpec, host: Host, timeoutMs: number): Promise<Observation> {
  const engine = await findEngine(host);
  const query = { client: { command: engine.command, lead: [] }, name: containerName(spec), timeoutMs };
  const found = await inspectContainer(query, spec, host);
  if (found === "too late") return { state: "unknown", detail: `${engine.name} did not answer` };
  if (found === undefined) return { state: "stopped" };
  return { ...describe(found, spec), ...times(found) };
}

function describe(container: InspectedContainer, spec: DockerSpec): Observation {
  const { state, detail } = judge(container);
  // Of a container that never ran the engine knows why: the port was taken, or the program is not in the image.
  const error = lastWords(container.error, spec.env).join(" ");
  if (state === "stopped" && error !== "") return { state: "failed", detail: error };
  const said = container.outOfMemory && detail !== undefined ? `${detail}, out of memory` : detail;
  return said === undefined ? { state } : { state, detail: said };
}

function times({ restarts, since }: InspectedContainer): Partial<Observation> {
  return { ...(since === undefined ? {} : { since }), ...(restarts === 0 ? {} : { restarts }) };
}

async function logs(spec: DockerSpec, host: Host, options: LogOptions, talk: Talk): Promise<void> {
  const { follow, lines, signal } = options;
  const args = [
    "logs",
    ...(follow ? ["--follow"] : []),
    ...(lines === undefined ? [] : ["--tail", String(lines)]),
    containerName(spec),
  ];
  const call = {
    client: await clientOf(host),
    args,
    talk,
    failed: "has no log that can be shown",
    hint: `atk start ${spec.plugin}`,
  };
  const result = await callEngine({ ...call, ...(signal === undefined ? {} : { signal }) }, spec, host);
  if (result.exitCode !== 0 && signal?.aborted !== true) throw callFault(call, result, { spec, host });
}
