import { isAbsolute, join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { ServiceDefinition, ServiceSpec } from "../service.ts";
import { isInside } from "./volumes.ts";

export type ComposeSpec = ServiceSpec<Extract<ServiceDefinition, { readonly type: "docker-compose" }>>;

/** What a plugin has when it declares nothing, and where the user's own changes are. */
const DEFAULT_FILE = "docker-compose.yml";
export const OVERRIDE_FILE = "custom/docker-compose.override.yml";
/** The order in which Compose itself looks. (https://docs.docker.com/compose/intro/compose-application-model/#the-compose-file) */
const USUAL_NAMES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/**
 * The plugin's compose file, and the user's override when there is one: absolute paths in the order of `-f`.
 * @throws AtkError E_PLUGIN_INVALID when there is no such file, E_HOSTILE when it is outside of the plugin.
 */
export async function composeFiles(spec: ComposeSpec, { files }: Host): Promise<readonly string[]> {
  const { directory, definition } = spec;
  const file = join(directory, await findComposeFile(spec, files));
  const root = await files.realPath(directory);
  const real = await files.realPath(file);
  if (root === undefined || real === undefined) throw absent(spec, file);
  if (!isInside(root, real))
    throw new AtkError(
      "E_HOSTILE",
      `${spec.plugin}: the compose file ${definition.composeFile} leads out of the plugin`,
      {
        at: { file },
      },
    );
  if ((await files.stat(real))?.type !== "file") throw absent(spec, file);
  const override = join(directory, OVERRIDE_FILE);
  return (await files.realPath(override)) === undefined ? [file] : [file, override];
}

/** Relative to the plugin: the declared file, or one with another usual name when none was declared. */
async function findComposeFile({ plugin, directory, definition }: ComposeSpec, files: Host["files"]): Promise<string> {
  const { composeFile } = definition;
  if (isAbsolute(composeFile) || composeFile.split(/[/\\]/).includes(".."))
    throw new AtkError("E_HOSTILE", `${plugin}: the compose file ${composeFile} is not inside the plugin`, {
      hint: "set service.compose_file to a relative path without ..",
    });
  if (composeFile !== DEFAULT_FILE) return composeFile;
  for (const name of [DEFAULT_FILE, ...USUAL_NAMES]) {
    if ((await files.realPath(join(directory, name))) !== undefined) return name;
  }
  return composeFile;
}

function absent({ plugin, definition }: ComposeSpec, file: string): AtkError {
  const looked = definition.composeFile === DEFAULT_FILE ? `, nor ${USUAL_NAMES.slice(0, 3).join(", ")}` : "";
  return new AtkError("E_PLUGIN_INVALID", `${plugin}: there is no compose file ${file}${looked}`, {
    at: { file },
    hint: "set service.compose_file to the file in the plugin's folder",
  });
}
