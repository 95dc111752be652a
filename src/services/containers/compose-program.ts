import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { ServiceSpec } from "../service.ts";
import { findEngine } from "./container-engine.ts";
import { callEngine, type Client } from "./engine-call.ts";

export interface ComposeProgram {
  readonly client: Client;
  /**
   * compose: Docker's, version 2 or later, whoever starts it. old: docker-compose 1, which cannot do without its file.
   * podman: podman-compose, which knows fewer options.
   */
  readonly dialect: "compose" | "old" | "podman";
}

/** What runs compose files here. Starts programs to ask for their versions. @throws AtkError E_PROGRAM with how to install one. */
export async function findCompose(spec: ServiceSpec, host: Host): Promise<ComposeProgram> {
  const engine = await findEngine(host);
  const candidates = engine.name === "docker" ? [plugin, standalone] : [podmanCompose, plugin];
  for (const candidate of candidates) {
    const found = await candidate(engine.command, spec, host);
    if (found !== undefined) return found;
  }
  throw new AtkError("E_PROGRAM", `${engine.name} is here, but nothing that runs compose files`, {
    hint: INSTALL[engine.name],
  });
}

const INSTALL = {
  docker: "install the compose plugin: https://docs.docker.com/compose/install/",
  podman: "install podman-compose: https://github.com/containers/podman-compose#installation",
} as const;

type Candidate = (engine: string, spec: ServiceSpec, host: Host) => Promise<ComposeProgram | undefined>;

/**
 * `docker compose`, and `podman compose`, which starts docker-compose or podman-compose and hands everything over. `docker` may be Podman in
 * disguise (podman-docker), so who answers is read from the answer. (podman-compose(1))
 */
const plugin: Candidate = async (command, spec, host) => {
  const client = { command, lead: ["compose"] };
  const { exitCode, stdout } = await callEngine({ client, args: ["version"] }, spec, host);
  if (exitCode !== 0) return undefined;
  return { client, dialect: /podman-compose/i.test(stdout) ? "podman" : "compose" };
};

const standalone: Candidate = async (_engine, spec, host) => {
  const command = await host.programs.find("docker-compose");
  if (command === undefined) return undefined;
  const client = { command, lead: [] };
  const { exitCode, stdout } = await callEngine({ client, args: ["version", "--short"] }, spec, host);
  if (exitCode !== 0) return undefined;
  return { client, dialect: /^v?1\./.test(stdout.trim()) ? "old" : "compose" };
};

/** Before `podman compose`, which prefers docker-compose, and that needs Podman's socket. (containers/podman-compose#1398) */
const podmanCompose: Candidate = async (_engine, _spec, host) => {
  const command = await host.programs.find("podman-compose");
  return command === undefined ? undefined : { client: { command, lead: [] }, dialect: "podman" };
};
