import type { Client, ProjectPath, UserPath } from "../clients/client.ts";
import { projectFile, userFile } from "../clients/locate.ts";
import type { ReadHost } from "../core/host.ts";
import type { Scope } from "../core/server.ts";
import type { WiredClient } from "../kinds/scene.ts";

export interface Locating {
  readonly host: ReadHost;
  readonly scope: Scope;
  /** Of the manifest: the project, in project scope. */
  readonly directory: string;
  /** A folder that stands in for the user's home, by client id. */
  readonly clientHomes: Readonly<Record<string, string>>;
}

/** Where one client's files are in this scope; what it has no place for is left out. */
export async function locateClient(client: Client, locating: Locating): Promise<WiredClient> {
  const at = (support: { user?: UserPath; project?: ProjectPath } | undefined): Promise<string | undefined> =>
    placeOf(support, client.id, locating);
  const { mcp } = client;
  const [mcpFile, localFile, skillsFolder, instructionsPath] = await Promise.all([
    at(mcp),
    mcp?.local === undefined ? undefined : placeOf(mcp, client.id, { ...locating, scope: "user" }),
    at(client.skills),
    at(client.instructions),
  ]);
  return {
    client,
    ...(mcpFile === undefined ? {} : { mcpFile }),
    ...(localFile === undefined ? {} : { localFile }),
    ...(skillsFolder === undefined ? {} : { skillsFolder }),
    ...(instructionsPath === undefined ? {} : { instructionsPath }),
  };
}

async function placeOf(
  support: { user?: UserPath; project?: ProjectPath } | undefined,
  id: string,
  { host, scope, directory, clientHomes }: Locating,
): Promise<string | undefined> {
  if (scope === "project") return support?.project && projectFile(support.project, host, directory);
  return support?.user && userFile(support.user, host, clientHomes[id]);
}
