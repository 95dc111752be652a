import { keyedDigest } from "../../../src/host/digest.ts";
import type { ComposeSpec } from "../../../src/services/containers/compose-file.ts";
import { createDockerDriver } from "../../../src/services/containers/docker-driver.ts";
import type { DockerDefinition, DockerSpec } from "../../../src/services/containers/run-plan.ts";
import { createWorld, specOf, type World } from "./world.ts";

/** What everything of the plugin piper is called in an engine. */
export const NAME = "atk-0123abcd-piper";

export const driver = createDockerDriver({ digest: (text) => keyedDigest(new Uint8Array(32), text) });
export const silent = (): void => undefined;

export function redis(
  world: World,
  definition: Partial<DockerDefinition> = {},
  rest: Partial<DockerSpec> = {},
): DockerSpec {
  return specOf(world, { type: "docker", image: "redis:7", args: [], volumes: [], ...definition }, rest);
}

export const port = (number: number, declared = number, protocol = "http") => ({ port: number, declared, protocol });

export const FILE = "docker-compose.yml";
export const WEB = `services:
  web:
    image: web:1
    environment:
      TOKEN: \${TOKEN:-none}
`;
export const TWO = `${WEB}  db:
    image: redis:7
`;

export function withCompose(text = WEB, programs: readonly string[] = ["docker"]): World {
  const world = createWorld(programs);
  world.write(FILE, text);
  return world;
}

export function piper(world: World, composeFile = FILE, rest: Partial<ComposeSpec> = {}): ComposeSpec {
  return specOf(world, { type: "docker-compose", composeFile }, rest);
}
