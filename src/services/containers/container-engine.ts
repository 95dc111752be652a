import { AtkError } from "../../core/errors.ts";
import type { Host, Platform } from "../../core/host.ts";

export interface ContainerEngine {
  readonly name: "docker" | "podman";
  /** Absolute path of its program. */
  readonly command: string;
}

/** Docker, or Podman where Docker is not installed. Starts nothing. @throws AtkError E_PROGRAM when neither is on PATH. */
export async function findEngine({ programs, machine }: Host): Promise<ContainerEngine> {
  for (const name of ["docker", "podman"] as const) {
    const command = await programs.find(name);
    if (command !== undefined) return { name, command };
  }
  throw new AtkError("E_PROGRAM", "neither docker nor podman is on PATH", { hint: howToInstall(machine.platform) });
}

const DESKTOP = "install Docker Desktop: https://docs.docker.com/get-started/get-docker/";

/** (https://docs.docker.com/engine/install/, https://podman.io/docs/installation) */
function howToInstall(platform: Platform): string {
  if (platform !== "linux") return `${DESKTOP} (or Podman: https://podman.io/docs/installation)`;
  return "install Docker: https://docs.docker.com/engine/install/ (or Podman: https://podman.io/docs/installation)";
}
