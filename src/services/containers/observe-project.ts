import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { Observation, ServiceSpec } from "../service.ts";
import { findEngine, type ContainerEngine } from "./container-engine.ts";
import { projectName } from "./container-name.ts";
import { callEngine, callFault, type EngineCall, type FailureWords } from "./engine-call.ts";
import type { Container } from "./container.ts";
import { judgeProject } from "./judge-project.ts";
import { readContainers } from "./read-containers.ts";

/** What the containers of the plugin's compose project are together. */
export async function observeProject(spec: ServiceSpec, host: Host, timeoutMs: number): Promise<Observation> {
  const containers = await listProject(spec, host, timeoutMs);
  return containers === "too late"
    ? { state: "unknown", detail: "the engine did not answer" }
    : judgeProject(containers);
}

/**
 * The containers of the plugin's compose project. They are asked for by the project's name and not by its file: a file that was broken or lacks a
 * variable since must not hide what runs. At most `timeoutMs`, then "too late".
 * @throws AtkError E_PROGRAM, E_SERVICE.
 */
export async function listProject(
  spec: ServiceSpec,
  host: Host,
  timeoutMs: number,
): Promise<readonly Container[] | "too late"> {
  const engine = await findEngine(host);
  const endsAt = performance.now() + timeoutMs;
  const asked = questions(engine, spec);
  for (const question of asked) {
    const call = { ...question, timeoutMs: Math.max(1, Math.round(endsAt - performance.now())) };
    const result = await callEngine(call, spec, host);
    if (result.timedOut) return "too late";
    if (result.exitCode === 0) return read(result.stdout, engine, spec);
    const isLast = question === asked.at(-1);
    if (isLast || !isWithoutCompose(result.stderr)) throw callFault(question, result, { spec, host });
  }
  return [];
}

type Question = EngineCall & FailureWords;

/**
 * Docker is asked through compose; where the plugin is missing (docker-compose 1), by the label that all of them give. podman-compose gives it
 * too, and has no `ps` for programs. (containers/podman-compose#807 and podman_compose.py, podman_compose_labels)
 */
function questions({ name, command }: ContainerEngine, spec: ServiceSpec): readonly Question[] {
  const project = projectName(spec);
  const failed = "could not be asked for";
  const client = { command, lead: [] };
  const byLabel = ["ps", "--all", "--filter", `label=com.docker.compose.project=${project}`, "--format"];
  if (name === "podman") return [{ client, args: [...byLabel, "json"], failed }];
  const args = ["--project-name", project, "ps", "--all", "--format", "json"];
  return [
    { client: { command, lead: ["compose"] }, args, failed },
    { client, args: [...byLabel, "{{json .}}"], failed },
  ];
}

/**
 * Without the plugin, the client takes `compose` for no command, or stumbles over the option after it. Podman in disguise hands `ps --format`
 * over to podman-compose, which refuses it. (docker 20.10 to 28; argparse)
 */
function isWithoutCompose(stderr: string): boolean {
  return /is not a docker command|unknown command: docker compose|unknown flag: --project-name|unrecognized arguments|compose provider failed/i.test(
    stderr,
  );
}

function read(text: string, { name }: ContainerEngine, { plugin }: ServiceSpec): readonly Container[] {
  try {
    return readContainers(text);
  } catch (cause) {
    throw new AtkError("E_SERVICE", `${plugin} could not be asked for: ${name} printed a list that is not JSON`, {
      cause,
    });
  }
}
