import { AtkError } from "../../core/errors.ts";
import { findEngine, type ContainerEngine } from "../../services/containers/container-engine.ts";
import { containerName, projectName } from "../../services/containers/container-name.ts";
import type { Context } from "../context.ts";
import { hasService, serviceOf } from "../service-spec.ts";
import type { Job } from "./jobs.ts";

export interface FoundVolume {
  readonly engine: ContainerEngine;
  /** As the engine knows it. */
  readonly name: string;
  readonly isThere: boolean;
}

/** Where a volume is in the helper, and the first part of every path in its archive. */
export const MOUNT = "atk-volume";

const LIMIT_MS = 300_000;

/** The volume that a plugin means by a name: one that atk or Compose named for it, else one of exactly that name. @throws AtkError E_PROGRAM, E_SERVICE */
export async function findVolume(volume: string, job: Job, context: Context): Promise<FoundVolume> {
  const engine = await findEngine(context.host);
  const names = [...(await namesFor(volume, job, context)), volume];
  for (const name of names) {
    const { exitCode, stderr } = await call(engine, ["volume", "inspect", name], context);
    if (exitCode === 0) return { engine, name, isThere: true };
    if (!/no such volume|not found|no volume/i.test(stderr)) throw silent(engine, stderr);
  }
  return { engine, name: names[0] ?? volume, isThere: false };
}

/** (https://docs.docker.com/compose/how-tos/project-name/: Compose names a volume PROJECT_NAME) */
async function namesFor(volume: string, { plugin }: Job, context: Context): Promise<readonly string[]> {
  if (plugin === undefined || !hasService(plugin)) return [];
  const { spec } = await serviceOf(plugin, context, false);
  const { definition } = spec;
  if (definition.type === "docker-compose") return [`${projectName(spec)}_${volume}`];
  const isOwn = definition.type === "docker" && definition.volumes.some((each) => each.startsWith(`${volume}:`));
  return isOwn ? [`${containerName(spec)}-${volume}`] : [];
}

/**
 * A container that has the volume and is never started: the engine itself reads and writes its files. Its image is one that is here
 * because something with the volume was made from it; only where there is none, a small one is fetched.
 */
export async function withVolume(
  { engine, name }: FoundVolume,
  manner: "read" | "write",
  context: Context,
): Promise<{ readonly place: string; release(): Promise<void> }> {
  const used = await call(engine, ["ps", "--all", "--filter", `volume=${name}`, "--format", "{{.Image}}"], context);
  const image = used.stdout.split("\n")[0]?.trim() || "busybox";
  const mount = `${name}:/${MOUNT}${manner === "read" ? ":ro" : ""}`;
  const made = await call(engine, ["create", "--volume", mount, "--entrypoint", "/bin/true", image], context);
  if (made.exitCode !== 0) throw silent(engine, made.stderr);
  const place = made.stdout.trim().split("\n").at(-1) ?? "";
  // With what the image wants as volumes of its own; one that has a name stays.
  return { place, release: async () => void (await call(engine, ["rm", "--force", "--volumes", place], context)) };
}

function call(
  { command }: ContainerEngine,
  args: readonly string[],
  { host }: Context,
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  return host.programs.run({ command, args, timeoutMs: LIMIT_MS });
}

function silent({ name }: ContainerEngine, stderr: string): AtkError {
  const said = stderr.trim().split("\n").at(-1) ?? "";
  return new AtkError("E_SERVICE", `${name} does not give the volume: ${said || "it gave no reason"}`, {
    hint: `${name} info (is it running?)`,
  });
}
