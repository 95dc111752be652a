import type { Server, Value } from "../core/server.ts";
import { keptBy } from "../manifest/kept-value.ts";
import type { ManifestValue, ServerDeclaration } from "../manifest/manifest.ts";
import type { ServerSpec } from "./server-specs.ts";

export interface DeclaredServer {
  readonly server: Server;
  /** Names of variables and headers whose values only atk can look up. */
  readonly secrets: readonly string[];
}

/** A declared server as a client could be told about it. */
export function serverOf(id: string, declaration: ServerDeclaration): DeclaredServer {
  const { values, secrets } = told(valuesOf(declaration), "url" in declaration);
  if ("url" in declaration) {
    const { transport, url } = declaration;
    return { server: { id, transport, url, headers: values }, secrets };
  }
  const { command, args, cwd } = declaration;
  const place = cwd === undefined ? {} : { cwd };
  return { server: { id, transport: "stdio", command, args, env: values, ...place }, secrets };
}

/** Under which names a client finds its secrets in its environment. */
export function variablesOf({ server, secrets }: DeclaredServer): readonly string[] {
  const values = server.transport === "stdio" ? server.env : server.headers;
  return secrets.flatMap((name) => {
    const value = values[name];
    return typeof value === "object" ? [value.env] : [];
  });
}

/** Its variables, or its headers. */
export function valuesOf(declaration: ServerDeclaration): Readonly<Record<string, ManifestValue>> {
  return "url" in declaration ? declaration.headers : declaration.env;
}

/** What is kept where only atk finds it stands as a variable of its own name. */
function told(
  written: Readonly<Record<string, ManifestValue>>,
  isHeader: boolean,
): {
  readonly values: Readonly<Record<string, Value>>;
  readonly secrets: readonly string[];
} {
  const secrets = Object.keys(written).filter((name) => keptBy(written[name]) !== undefined);
  const values = Object.entries(written).map(([name, value]): readonly [string, Value] => {
    if (typeof value === "string" || "env" in value) return [name, value];
    return [
      name,
      { env: variableFor(name, isHeader), ...(value.prefix === undefined ? {} : { prefix: value.prefix }) },
    ];
  });
  return { values: Object.fromEntries(values), secrets };
}

/** Headers have names that no variable can have, and are the same in any letter case; variables are not. */
function variableFor(name: string, isHeader: boolean): string {
  if (!isHeader) return name;
  return name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
}

export interface DeclaredAt {
  /** Folder of the manifest. */
  readonly directory: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Looked up already: values that are kept elsewhere, in clear, by the name of the variable or header. */
  readonly kept?: Readonly<Record<string, string>>;
}

/** The same as it is really started: values in clear. */
export function declaredSpec(id: string, declaration: ServerDeclaration, at: DeclaredAt): ServerSpec {
  const { server } = serverOf(id, declaration);
  const { clear, missing } = inClear(valuesOf(declaration), at);
  const hint = "set them in the environment that the client is started in";
  const common = { owner: id, directory: at.directory, hint, missing };
  if (server.transport === "stdio") return { ...common, server: { ...server, env: clear }, env: clear };
  return { ...common, server: { ...server, headers: clear }, env: {} };
}

/** What a variable lacks is named and left out. */
function inClear(
  values: Readonly<Record<string, ManifestValue>>,
  { variables, kept = {} }: DeclaredAt,
): { readonly clear: Readonly<Record<string, string>>; readonly missing: readonly string[] } {
  const clear: Record<string, string> = {};
  const missing = new Set<string>();
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string") clear[name] = value;
    else if ("env" in value) {
      const found = variables[value.env];
      if (found === undefined) missing.add(value.env);
      else clear[name] = `${value.prefix ?? ""}${found}`;
    } else if (kept[name] !== undefined) clear[name] = kept[name] ?? "";
  }
  return { clear, missing: [...missing] };
}
