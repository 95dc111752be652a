import type { Host } from "../../core/host.ts";
import type { LogOptions, ServiceDriver, Talk } from "../service.ts";
import { composeFiles, type ComposeSpec } from "./compose-file.ts";
import { findCompose, type ComposeProgram } from "./compose-program.ts";
import { projectName } from "./container-name.ts";
import { callEngine, callFault, callOrThrow } from "./engine-call.ts";
import { wasStarted } from "./container.ts";
import { listProject, observeProject } from "./observe-project.ts";

/**
 * The plugin's compose file as a project of its own, with Docker or Podman. Its variables reach the file by the environment of the client.
 * Compose reads an `.env` in the plugin's folder by itself too, which is fine: the environment comes before it.
 * (https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/)
 */
export const composeDriver: ServiceDriver<ComposeSpec["definition"]> = {
  type: "docker-compose",
  start,
  stop,
  observe: observeProject,
  logs,
};

async function start(spec: ComposeSpec, host: Host, talk: Talk): Promise<void> {
  const files = await composeFiles(spec, host);
  const program = await findCompose(spec, host);
  const args = [...withFiles(program, spec, files), "up", "--detach", "--remove-orphans"];
  const call = { client: program.client, args, cwd: spec.directory, talk, failed: "could not be started" };
  const result = await callOrThrow(call, spec, host);
  if (program.dialect === "podman" && !(await everyContainerStarted(spec, host)))
    throw callFault(call, result, { spec, host });
}

const LOOK_MS = 20_000;

/** podman-compose ends with 0 although `podman run` has failed for every container. (seen with 1.0.3) */
async function everyContainerStarted(spec: ComposeSpec, host: Host): Promise<boolean> {
  const containers = await listProject(spec, host, LOOK_MS);
  return containers === "too late" || (containers.length > 0 && containers.every(wasStarted));
}

/** Never with --volumes: what the service has stored stays. */
async function stop(spec: ComposeSpec, host: Host, talk: Talk): Promise<void> {
  const program = await findCompose(spec, host);
  const args = [...(await aboutProject(program, spec, host)), "down"];
  await callOrThrow({ client: program.client, args, talk, failed: "could not be stopped" }, spec, host);
}

async function logs(spec: ComposeSpec, host: Host, options: LogOptions, talk: Talk): Promise<void> {
  const { follow, lines, signal } = options;
  const program = await findCompose(spec, host);
  const args = [
    ...(await aboutProject(program, spec, host)),
    "logs",
    // podman-compose has colours only where there is a terminal, and no such option.
    ...(program.dialect === "podman" ? [] : ["--no-color"]),
    ...(follow ? ["--follow"] : []),
    ...(lines === undefined ? [] : [`--tail=${lines}`]),
  ];
  const call = {
    client: program.client,
    args,
    talk,
    failed: "has no log that can be shown",
    hint: `atk start ${spec.plugin}`,
  };
  const result = await callEngine({ ...call, ...(signal === undefined ? {} : { signal }) }, spec, host);
  if (result.exitCode !== 0 && signal?.aborted !== true) throw callFault(call, result, { spec, host });
}

/** podman-compose has no --project-directory: it takes the folder of the first file. (podman_compose.py, _init_global_parser) */
function withFiles({ dialect }: ComposeProgram, spec: ComposeSpec, files: readonly string[]): readonly string[] {
  return [
    `--project-name=${projectName(spec)}`,
    ...(dialect === "podman" ? [] : ["--project-directory", spec.directory]),
    ...files.flatMap((file) => ["-f", file]),
  ];
}

/**
 * Compose finds what exists by the project's name alone, also when the file is broken, lacks a variable or is gone, and then takes away what is
 * no longer in the file as well. The others need the file. (docker/compose, cmd/compose/compose.go, projectOrName)
 */
async function aboutProject(program: ComposeProgram, spec: ComposeSpec, host: Host): Promise<readonly string[]> {
  if (program.dialect === "compose") return [`--project-name=${projectName(spec)}`];
  return withFiles(program, spec, await composeFiles(spec, host));
}
