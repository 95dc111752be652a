import { createHash } from "node:crypto";
import { Refusal } from "./state.mjs";

const PROGRAM_NOT_FOUND = /^no-such-program/;

/** Makes a container and leaves it "created"; the daemon's words are those of moby 28. */
export function create(state, wanted, program) {
  const taken = state.containers.find(({ name }) => name === wanted.name);
  if (taken !== undefined)
    throw new Refusal(
      program === "podman"
        ? `creating container storage: the container name "${wanted.name}" is already in use by ${taken.id}. You have to remove that container to be able to reuse that name: that name is already in use`
        : `Conflict. The container name "/${wanted.name}" is already in use by container "${taken.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      125,
    );
  const id = createHash("sha256").update(`${wanted.name} ${state.made}`).digest("hex");
  state.made += 1;
  const zero = "0001-01-01T00:00:00Z";
  const container = {
    id,
    status: "created",
    exitCode: 0,
    restarts: 0,
    error: "",
    startedAt: zero,
    finishedAt: zero,
    logs: [],
  };
  Object.assign(container, { health: state.images[wanted.image]?.health, ...wanted });
  state.containers.push(container);
  return container;
}

/** Starts what was created or has ended. What cannot be started stays as it was, with the daemon's words in `error`. */
export function start(state, container) {
  if (container.status === "paused") throw new Refusal("cannot start a paused container, try unpause instead", 1);
  if (container.status === "running") return;
  const error = obstacle(state, container);
  container.error = error ?? "";
  if (error !== undefined) throw new Refusal(error, error.includes("executable file not found") ? 127 : 125);
  const behaviour = state.images[container.image] ?? {};
  container.startedAt = new Date().toISOString();
  container.logs.push(["stdout", `hello from ${container.image}`], ["stderr", "a warning"]);
  container.status = behaviour.exit === undefined ? "running" : "exited";
  if (behaviour.exit !== undefined)
    Object.assign(container, { exitCode: behaviour.exit, finishedAt: new Date().toISOString() });
}

function obstacle(state, { name, id, ports, args }) {
  const address = ports.map((port) => port.split(":").slice(0, -1).join(":")).find((each) => isTaken(state, each, id));
  if (address !== undefined)
    return `failed to set up container networking: driver failed programming external connectivity on endpoint ${name} (${id}): Bind for ${address} failed: port is already allocated`;
  if (PROGRAM_NOT_FOUND.test(args[0] ?? ""))
    return `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${args[0]}": executable file not found in $PATH`;
  return undefined;
}

function isTaken({ takenPorts, containers }, address, id) {
  const others = containers.filter((each) => each.status === "running" && each.id !== id).flatMap(({ ports }) => ports);
  return takenPorts.includes(address) || others.some((port) => port.startsWith(`${address}:`));
}

/** Exit code 143 is what a program has that does nothing about SIGTERM. */
export function stop(container) {
  if (container.status === "exited" || container.status === "created") return;
  Object.assign(container, { status: "exited", exitCode: 143, finishedAt: new Date().toISOString() });
}

/** What `docker container inspect` gives, as far as it is asked for. (docs.docker.com/reference/api/engine: ContainerInspect) */
export function inspected(container, program) {
  const { status, exitCode, error, startedAt, finishedAt, health, outOfMemory = false } = container;
  // Podman has it always, and empty where the image has no check.
  const isSilent = health === undefined && program !== "podman";
  const Health = isSilent ? {} : { Health: { Status: health ?? "", FailingStreak: 0, Log: [] } };
  const State = { Status: status, Running: status === "running", Paused: status === "paused", OOMKilled: outOfMemory };
  return {
    Id: container.id,
    Name: `/${container.name}`,
    State: { ...State, ExitCode: exitCode, Error: error, StartedAt: startedAt, FinishedAt: finishedAt, ...Health },
    RestartCount: container.restarts,
    Config: { Image: container.image, Cmd: container.args, Env: container.env, Labels: container.labels },
  };
}

/** The STATUS column of `docker ps`. (moby, container/state.go) */
export function statusText({ status, exitCode, health }) {
  if (status === "exited") return `Exited (${exitCode}) 2 minutes ago`;
  if (status === "restarting") return `Restarting (${exitCode}) 5 seconds ago`;
  if (status === "created") return "Created";
  const shown = health === "starting" ? "health: starting" : health;
  return `Up 2 minutes${status === "paused" ? " (Paused)" : ""}${shown === undefined ? "" : ` (${shown})`}`;
}
