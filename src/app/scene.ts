import type { Client } from "../clients/client.ts";
import { clients } from "../clients/index.generated.ts";
import type { Manifest, When } from "../manifest/manifest.ts";
import type { Scene, WiredClient } from "../kinds/scene.ts";
import type { Context } from "./context.ts";
import type { Inputs } from "./inputs.ts";
import { locateClient } from "./locate-client.ts";
import { bundled } from "./plugin-source.ts";

export interface Setting {
  readonly scene: Scene;
  matches(when: When | undefined): boolean;
}

/** The machine as the kinds need to know it: the clients the manifest names, with the places of their files here. */
export async function createScene(inputs: Inputs, context: Context): Promise<Setting> {
  const { host, workspace } = context;
  const named = agentsOf(inputs.manifest);
  const wired = await Promise.all([...named].map((id) => wire(id, context)));
  const agents = Object.fromEntries(wired.filter((each) => each !== undefined).map((each) => [each.client.id, each]));
  return {
    scene: {
      scope: workspace.scope,
      directory: workspace.directory,
      machine: host.machine,
      agents,
      launcher: await launcherOf(context),
    },
    // What holds has been taken away where the manifest was read (manifest/for-machine.ts).
    matches: (when) => when === undefined,
  };
}

function agentsOf(manifest: Manifest): ReadonlySet<string> {
  const entries = [
    ...manifest.plugins,
    ...Object.values(manifest.servers),
    ...manifest.skills,
    ...manifest.instructions,
  ];
  return new Set([...manifest.agents, ...entries.flatMap((entry) => entry.agents ?? [])]);
}

async function wire(id: string, { host, look, workspace }: Context): Promise<WiredClient | undefined> {
  const client: Client | undefined = clients.find((each) => each.id === id);
  if (client === undefined) return undefined;
  const reader = { files: look.remembered, machine: host.machine };
  const { scope, directory, settings } = workspace;
  return locateClient(client, { host: reader, scope, directory, clientHomes: settings.clientHomes });
}

/** In a project the entry is committed and must hold on every machine: there it is always plain `atk`. */
async function launcherOf({ host, workspace }: Context): Promise<readonly string[]> {
  if (workspace.settings.launcher !== undefined) return workspace.settings.launcher;
  if (workspace.scope === "project" || (await host.programs.find("atk")) !== undefined) return ["atk"];
  return [process.execPath, bundled("dist/main.js")];
}
