import { compileServer } from "../kinds/mcp-server.ts";
import type { Compiled, Scene } from "../kinds/scene.ts";
import type { Manifest, When } from "../manifest/manifest.ts";
import { serverOf } from "./declared-server.ts";

/** The manifest's own `mcp_servers`. */
export function compileDeclarations(
  manifest: Manifest,
  active: (when: When | undefined) => boolean,
  scene: Scene,
): readonly Compiled[] {
  return Object.entries(manifest.servers)
    .filter(([, declaration]) => declaration.enabled && active(declaration.when))
    .map(([id, declaration]) => {
      const agents = [...(declaration.agents ?? manifest.agents)].sort();
      return compileServer({ owner: id, server: serverOf(id, declaration), secrets: [], agents }, scene);
    });
}
