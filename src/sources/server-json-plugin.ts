import { AtkError } from "../core/errors.ts";
import { isObject, type JsonObject } from "../core/json.ts";
import { createInputs, filled, textFor, type Inputs, type Variable } from "./server-json-inputs.ts";
import { startPackage, type StdioServer } from "./server-json-package.ts";
import { objectsOf, oneLine, textOf, valueOf } from "./server-json.ts";

export interface ServerPlugin {
  /** The text of a plugin.yaml; the same for the same server.json in every later atk, because the lock covers it. */
  readonly yaml: string;
  /** What of the server.json was not taken over, a sentence each. */
  readonly remarks: readonly string[];
}

type Server =
  | StdioServer
  | { readonly url: string; readonly transport: "http" | "sse"; readonly headers: Readonly<Record<string, string>> };

/**
 * The plugin that a server.json of the MCP registry describes: its first package that can be started at an exact version, else its
 * first remote address. Read as in server.schema.json of 2025-09 and later, and as before it.
 * @throws AtkError E_PLUGIN_INVALID saying for each package and remote why it cannot be used.
 */
export function pluginFromServerJson(json: unknown): ServerPlugin {
  if (!isObject(json) || textOf(json, "name") === undefined)
    throw new AtkError("E_PLUGIN_INVALID", "it is not a server.json of the MCP registry: it has no name");
  const refused: string[] = [];
  for (const each of objectsOf(json, "packages")) {
    const inputs = createInputs();
    const server = startPackage(each, inputs);
    if (typeof server !== "string") return made(json, server, { inputs, refused });
    refused.push(server);
  }
  for (const each of objectsOf(json, "remotes")) {
    const inputs = createInputs();
    const server = remoteServer(each, inputs);
    if (typeof server !== "string") return made(json, server, { inputs, refused });
    refused.push(server);
  }
  const why = refused.length === 0 ? "it has neither packages nor remotes" : refused.join("; ");
  throw new AtkError("E_PLUGIN_INVALID", `${oneLine(textOf(json, "name") ?? "")} cannot be started: ${why}`, {
    hint: "write a plugin.yaml that names the command, and add that file",
  });
}

const TRANSPORTS: Readonly<Record<string, "http" | "sse">> = {
  "streamable-http": "http",
  streamable: "http",
  http: "http",
  sse: "sse",
};

function remoteServer(remote: JsonObject, inputs: Inputs): Server | string {
  const type = textOf(remote, "type") ?? textOf(remote, "transportType") ?? "";
  const transport = TRANSPORTS[type];
  const template = textOf(remote, "url") ?? "";
  if (transport === undefined) return `remote ${oneLine(template)}: ${oneLine(type)} is no transport that is known`;
  const url = filled(template, remote, inputs);
  if (!/^https?:\/\/[^\s]+$/.test(url)) return `remote ${oneLine(template)}: it is not an address`;
  const headers: Record<string, string> = {};
  for (const header of objectsOf(remote, "headers")) {
    const name = textOf(header, "name") ?? "";
    const text = /^[A-Za-z0-9-]+$/.test(name) ? textFor(header, name, inputs) : undefined;
    if (text === undefined) inputs.remarks.push(`the header ${oneLine(name)} is optional and was left out`);
    else headers[name] = text;
  }
  return { url, transport, headers };
}

function made(
  json: JsonObject,
  server: Server,
  { inputs, refused }: { inputs: Inputs; refused: readonly string[] },
): ServerPlugin {
  const lines = [
    'schema_version: "2026-11-21"',
    ...line("name", displayName(textOf(json, "name") ?? "")),
    ...line("description", oneLine(textOf(json, "description") ?? textOf(json, "name") ?? "")),
    ...line("version", versionOf(json)),
    "maturity: community",
    ...line("homepage", homepageOf(json)),
    ...(inputs.variables.size === 0 ? [] : ["env_vars:", ...[...inputs.variables.values()].map(variableLine)]),
    "mcp:",
    ...serverLines(server).map((each) => `  ${each}`),
    "",
  ];
  const status = textOf(json, "status");
  const others = objectsOf(json, "remotes").flatMap((each) => ("url" in server ? [] : [textOf(each, "url") ?? ""]));
  return {
    yaml: lines.join("\n"),
    remarks: [
      ...(status === undefined || status === "active" ? [] : [`the registry calls it ${oneLine(status)}`]),
      ...refused.map((each) => `not used: ${each}`),
      ...others.map((url) => `not used: it can also be reached at ${oneLine(url)}`),
      ...inputs.remarks,
    ],
  };
}

function line(key: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${key}: ${JSON.stringify(value)}`];
}

function variableLine(variable: Variable): string {
  return `  - ${JSON.stringify(variable)}`;
}

function serverLines(server: Server): readonly string[] {
  if ("url" in server)
    return [`transport: ${server.transport}`, ...line("url", server.url), `headers: ${JSON.stringify(server.headers)}`];
  const { command, args, env } = server;
  const names = Object.keys(env);
  const plain = names.every((name) => env[name] === null);
  const said = plain ? names : Object.fromEntries(names.map((name) => [name, env[name] ?? `\${${name}}`]));
  return [
    "transport: stdio",
    ...line("command", command),
    `args: ${JSON.stringify(args)}`,
    ...(names.length === 0 ? [] : [`env: ${JSON.stringify(said)}`]),
  ];
}

/** `io.github.acme/server` is "acme-server": a last part that says nothing needs the one before it. */
function displayName(name: string): string {
  const [space = "", last = name] = name.split("/", 2);
  const owner = space.split(".").at(-1) ?? "";
  return oneLine(/^(mcp|server|mcp-server)$/i.test(last) && owner !== "" ? `${owner}-${last}` : last);
}

function versionOf(json: JsonObject): string | undefined {
  const detail = valueOf(json, "versionDetail");
  const version = textOf(json, "version") ?? (isObject(detail) ? textOf(detail, "version") : undefined);
  return version === undefined ? undefined : oneLine(version);
}

function homepageOf(json: JsonObject): string | undefined {
  const repository = valueOf(json, "repository");
  const url = textOf(json, "websiteUrl") ?? (isObject(repository) ? textOf(repository, "url") : undefined);
  return url !== undefined && /^https:\/\/[^\s]+$/.test(url) ? url : undefined;
}
