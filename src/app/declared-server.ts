import type { Server, Value } from "../core/server.ts";
import type { ServerDeclaration } from "../manifest/manifest.ts";
import type { ServerSpec } from "./server-specs.ts";

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

export interface DeclaredAt {
  /** Folder of the manifest. */
  readonly directory: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The same as it is really started: values looked up. Headers of remote servers keep their references. */
export function declaredSpec(id: string, declaration: ServerDeclaration, at: DeclaredAt): ServerSpec {
  const server = serverOf(id, declaration);
  const hint = "set them in the environment that the client is started in";
  const common = { owner: id, directory: at.directory, hint };
  if (server.transport !== "stdio") return { ...common, server, env: {}, missing: [] };
  const { env, missing } = lookUp(server.env, at.variables);
  return { ...common, server: { ...server, env }, env, missing };
}

/** Values in clear; what a variable lacks is named and left out. */
function lookUp(
  values: Readonly<Record<string, Value>>,
  variables: DeclaredAt["variables"],
): Pick<ServerSpec, "env" | "missing"> {
  const env: Record<string, string> = {};
  const missing = new Set<string>();
  for (const [name, value] of Object.entries(values)) {
    const found = typeof value === "string" ? value : variables[value.env];
    if (typeof value !== "string" && found === undefined) missing.add(value.env);
    if (found !== undefined) env[name] = typeof value === "string" ? found : `${value.prefix ?? ""}${found}`;
  }
  return { env, missing: [...missing] };
}
