import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { ServiceDefinition, ServicePort, ServiceSpec } from "../service.ts";
import { containerName } from "./container-name.ts";
import { SPEC_LABEL } from "./spec-label.ts";
import { resolveVolumes } from "./volumes.ts";

export type DockerDefinition = Extract<ServiceDefinition, { readonly type: "docker" }>;
export type DockerSpec = ServiceSpec<DockerDefinition>;

/** Everything that decides what a container is, resolved. Holds secrets in `variables`. */
export interface RunPlan {
  readonly image: string;
  readonly args: readonly string[];
  /** As `--publish` takes them. */
  readonly ports: readonly string[];
  /** As `--volume` takes them. */
  readonly volumes: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** @throws AtkError E_PLUGIN_INVALID, E_HOSTILE. */
export async function planRun(spec: DockerSpec, host: Host): Promise<RunPlan> {
  const { image, args, volumes } = spec.definition;
  return {
    image: checkImage(image, spec),
    args,
    ports: spec.ports.map(publish),
    volumes: await resolveVolumes(volumes, spec, host),
    variables: variablesOf(spec),
  };
}

/**
 * The arguments of `docker run`. A variable is given by its name alone, so the client takes its value from its own environment.
 * (https://docs.docker.com/reference/cli/docker/container/run/#env)
 */
export function runArguments(plan: RunPlan, spec: DockerSpec, label: string): readonly string[] {
  const labels = { "dev.atk.home": spec.home, "dev.atk.plugin": spec.plugin, [SPEC_LABEL]: label };
  return [
    "run",
    "--detach",
    `--name=${containerName(spec)}`,
    "--restart=unless-stopped",
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...plan.ports.flatMap((port) => ["--publish", port]),
    ...Object.keys(plan.variables).flatMap((name) => ["--env", name]),
    ...plan.volumes.flatMap((volume) => ["--volume", volume]),
    plan.image,
    ...plan.args,
  ];
}

/** An image that looks like an option would become one. */
function checkImage(image: string, { plugin }: DockerSpec): string {
  if (/^[^-\s]\S*$/.test(image)) return image;
  throw new AtkError("E_PLUGIN_INVALID", `${plugin}: ${JSON.stringify(image)} is not the name of an image`, {
    hint: "set service.image to a name such as redis:7",
  });
}

/** Only for this machine: a service without a password must not be open to the network. */
function publish({ port, declared, protocol }: ServicePort): string {
  const transport = protocol.toLowerCase();
  return `127.0.0.1:${port}:${declared}${transport === "udp" || transport === "sctp" ? `/${transport}` : ""}`;
}

/** What atk adds for programs on this machine are paths that do not exist in a container. */
function variablesOf({ env }: DockerSpec): Readonly<Record<string, string>> {
  const declared = Object.entries(env).filter(
    ([name]) => !name.startsWith("ATK_") && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
  );
  return Object.fromEntries(declared.sort(([a], [b]) => (a < b ? -1 : 1)));
}
