import type { Observation } from "../service.ts";

/** What an engine says of one container. */
export interface Container {
  /** The compose service, or the container's name where there is none. */
  readonly name: string;
  /** As the engine has it, in lower case: created, running, paused, restarting, removing, exited, dead; Podman also: stopped, ... */
  readonly status: string;
  readonly health: "none" | "starting" | "healthy" | "unhealthy";
  /** Of the last end; 0 while it never ended. */
  readonly exitCode: number;
}

type Verdict = Pick<Observation, "state" | "detail">;

/**
 * What one container is, for a person.
 * (https://docs.docker.com/reference/cli/docker/container/ls/#status; Podman's further states: containers/podman, libpod/define)
 */
export function judge({ status, health, exitCode }: Container): Verdict {
  switch (status) {
    case "running":
      return health === "starting" || health === "unhealthy" ? { state: health } : { state: "running" };
    case "restarting":
      return exitCode === 0
        ? { state: "starting", detail: "is being restarted" }
        : { state: "failed", detail: `exited with code ${exitCode}, is being restarted` };
    case "exited":
    case "stopped":
    case "dead":
      return exitCode === 0 && status !== "dead"
        ? { state: "stopped", detail: "exited with code 0" }
        : { state: "failed", detail: `exited with code ${exitCode}` };
    case "created":
    case "configured":
    case "initialized":
      return { state: "stopped", detail: "was created and never started" };
    case "paused":
      // Its processes are there and do nothing.
      return { state: "unhealthy", detail: "is paused" };
    case "removing":
    case "stopping":
      return { state: "stopped", detail: `is ${status}` };
    default:
      return { state: "unknown", detail: `is ${status}` };
  }
}

export function wasStarted({ status }: Container): boolean {
  return !["created", "configured", "initialized"].includes(status);
}

/** "none" for whatever an engine says that is not one of the three. */
export function healthOf(text: string): Container["health"] {
  const known = (["starting", "healthy", "unhealthy"] as const).find((each) => each === text.toLowerCase());
  return known ?? "none";
}
