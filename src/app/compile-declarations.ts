import { AtkError } from "../core/errors.ts";
import type { Server, Value } from "../core/server.ts";
import { compileServer } from "../kinds/mcp-server.ts";
import { joinCompiled, type Compiled, type Scene } from "../kinds/scene.ts";
import type { Manifest, ManifestValue, ServerDeclaration, When } from "../manifest/manifest.ts";
import type { Context } from "./context.ts";
import { asProblem } from "./make-plan.ts";
import { refuseShared } from "./plugin-servers.ts";
import { secretNotices } from "./secret-notices.ts";
import { keptBy, lookUp } from "./secrets.ts";

/** The manifest's own `mcp_servers`. A fault of one is its own. */
export async function compileDeclarations(
  manifest: Manifest,
  active: (when: When | undefined) => boolean,
  scene: Scene,
  context: Context,
): Promise<Compiled> {
  const wanted = Object.entries(manifest.servers).filter(
    ([, declaration]) => declaration.enabled && active(declaration.when),
  );
  const parts = await Promise.all(
    wanted.map(async ([owner, declaration]) => {
      try {
        return await compileDeclaration(owner, declaration, { agents: manifest.agents, scene, context });
      } catch (error) {
        if (!(error instanceof AtkError)) throw error;
        const address = `mcp_server.${owner}`;
        const refusal = {
          address,
          noun: "mcp_server",
          owner,
          agents: [],
          problem: asProblem(error),
          whole: true,
        } as const;
        return { resources: [], refusals: [refusal], notices: [] };
      }
    }),
  );
  return joinCompiled(parts);
}

interface Surroundings {
  readonly agents: readonly string[];
  readonly scene: Scene;
  readonly context: Context;
}

async function compileDeclaration(
  id: string,
  declaration: ServerDeclaration,
  { agents: standard, scene, context }: Surroundings,
): Promise<Compiled> {
  const { secrets: secretsIn } = declaration;
  const told = serverOf(id, declaration);
  const known = secretsIn === "inline" ? await inline(id, declaration, context) : told;
  const agents = [...(declaration.agents ?? standard)].sort();
  const compiled = compileServer({ owner: id, ...known, agents, secretsIn }, scene);
  return { ...compiled, notices: [...compiled.notices, ...secretNotices(id, secretsIn, [told])] };
}

/** The server with what is kept elsewhere in clear, for a user who wants it so. */
async function inline(id: string, declaration: ServerDeclaration, context: Context): Promise<DeclaredServer> {
  refuseShared(id, context);
  const clear = async (written: Readonly<Record<string, ManifestValue>>): Promise<Record<string, ManifestValue>> => {
    const values = Object.entries(written).map(async ([name, value]): Promise<readonly [string, ManifestValue]> => {
      const kept = keptBy(value);
      return [name, kept === undefined ? value : await lookUp(kept, context)];
    });
    return Object.fromEntries(await Promise.all(values));
  };
  if ("url" in declaration) return serverOf(id, { ...declaration, headers: await clear(declaration.headers) });
  return serverOf(id, { ...declaration, env: await clear(declaration.env) });
}

export interface DeclaredServer {
  readonly server: Server;
  /** Names of variables and headers whose values only atk can look up. */
  readonly secrets: readonly string[];
}

/** A declared server as a client could be told about it. */
export function serverOf(id: string, declaration: ServerDeclaration): DeclaredServer {
  if ("url" in declaration) {
    const { transport, url } = declaration;
    const { values, secrets } = told(declaration.headers);
    return { server: { id, transport, url, headers: values }, secrets };
  }
  const { command, args, cwd } = declaration;
  const { values, secrets } = told(declaration.env);
  const place = cwd === undefined ? {} : { cwd };
  return { server: { id, transport: "stdio", command, args, env: values, ...place }, secrets };
}

/** What is kept where only atk finds it stands as a variable of its own name. */
function told(written: Readonly<Record<string, ManifestValue>>): {
  readonly values: Readonly<Record<string, Value>>;
  readonly secrets: readonly string[];
} {
  const secrets = Object.keys(written).filter((name) => keptBy(written[name]) !== undefined);
  const values = Object.entries(written).map(([name, value]): readonly [string, Value] => {
    if (typeof value === "string" || "env" in value) return [name, value];
    return [name, { env: variableFor(name), ...(value.prefix === undefined ? {} : { prefix: value.prefix }) }];
  });
  return { values: Object.fromEntries(values), secrets };
}

/** Headers have names that no variable can have. */
function variableFor(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
}
