import type { Server, Value } from "../core/server.ts";
import { compileServer } from "../kinds/mcp-server.ts";
import type { Compiled, Scene } from "../kinds/scene.ts";
import type { Manifest, ServerDeclaration, When } from "../manifest/manifest.ts";

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

/** A declared server as a client could be told about it. */
export function serverOf(id: string, declaration: ServerDeclaration): Server {
  if ("url" in declaration) {
    return {
      id,
      transport: declaration.transport,
      url: declaration.url,
      headers: declaration.headers as Record<string, Value>,
    };
  }
  const { command, args, env, cwd } = declaration;
  return {
    id,
    transport: "stdio",
    command,
    args,
    env: env as Record<string, Value>,
    ...(cwd === undefined ? {} : { cwd }),
  };
}
