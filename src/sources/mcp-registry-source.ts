import { isAbsolute, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import { isObject, type JsonObject } from "../core/json.ts";
import type { Source } from "../manifest/manifest.ts";
import type { SourceContext } from "./context.ts";
import { httpGet } from "./http-get.ts";
import { treeFromEntries } from "./memory-tree.ts";
import { pluginFromServerJson } from "./server-json-plugin.ts";
import { objectsOf, textOf, valueOf } from "./server-json.ts";
import type { SourceType } from "./resolve.ts";
import type { Tree } from "./tree.ts";

type McpRegistrySource = Extract<Source, { type: "mcp-registry" }>;

const OFFICIAL = "https://registry.modelcontextprotocol.io";
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** A server of the MCP registry, or a server.json file or address: read as a plugin. ATK_MCP_REGISTRY names another registry with the same API. */
export const mcpRegistrySource: SourceType<"mcp-registry"> = {
  async resolve(_name, source, context) {
    const json = await serverJson(source, source.version, context);
    const { tree, remarks } = asTree(json, source);
    const version = textOf(json, "version");
    const origin = isPlace(source.server) ? undefined : baseOf(context);
    const locked = {
      source,
      integrity: tree.integrity,
      ...(version === undefined ? {} : { version }),
      ...(origin === undefined ? {} : { origin }),
    };
    return { locked, tree, remarks };
  },

  async fetch(_name, locked, source, context) {
    return asTree(await serverJson(source, locked.version, context), source).tree;
  },
};

function isPlace(server: string): boolean {
  return /(^|[/\\])server\.json$/.test(server);
}

function asTree(json: JsonObject, { server }: McpRegistrySource): { tree: Tree; remarks: readonly string[] } {
  const { yaml, remarks } = pluginFromServerJson(json);
  const bytes = new TextEncoder().encode(yaml);
  const tree = treeFromEntries([{ type: "file", path: "plugin.yaml", executable: false, bytes }], { what: server });
  return { tree, remarks };
}

async function serverJson(
  { server }: McpRegistrySource,
  wanted: string | undefined,
  context: SourceContext,
): Promise<JsonObject> {
  if (isPlace(server) && !/^https?:/i.test(server)) return readPlace(server, context);
  if (context.offline === true)
    throw new AtkError("E_SOURCE", `${server} is not on this machine, and the network is not to be used`);
  if (isPlace(server)) return ask(server);
  const versions = `${baseOf(context)}/v0.1/servers/${encodeURIComponent(server)}/versions`;
  const version = await exactVersion(server, wanted, versions);
  const answer = await ask(`${versions}/${encodeURIComponent(version)}`);
  const found = valueOf(answer, "server");
  const json = isObject(found) ? found : answer;
  if (textOf(json, "name") === server) return json;
  throw new AtkError("E_SOURCE", `asked for ${server}, the MCP registry gave ${JSON.stringify(textOf(json, "name"))}`);
}

/** `latest` is a word of the registry's; a range is looked up in the list of versions. */
async function exactVersion(server: string, wanted: string | undefined, versions: string): Promise<string> {
  if (wanted === undefined) return "latest";
  const { validRange, valid, maxSatisfying } = await import("semver");
  if (valid(wanted) !== null || validRange(wanted) === null) return wanted;
  const listed = objectsOf(await ask(versions), "servers").flatMap((each) => {
    const inner = valueOf(each, "server");
    return textOf(isObject(inner) ? inner : each, "version") ?? [];
  });
  const found = maxSatisfying(listed, wanted);
  if (found !== null) return found;
  throw new AtkError("E_PLUGIN_NOT_FOUND", `${server} has no version ${wanted} in the MCP registry`, {
    hint: `it has ${listed.slice(0, 10).join(", ")}`,
  });
}

/** @throws AtkError E_SOURCE for an address that is not https, see httpGet */
function baseOf({ host }: SourceContext): string {
  return (host.machine.env["ATK_MCP_REGISTRY"] ?? OFFICIAL).replace(/\/+$/, "");
}

async function ask(url: string): Promise<JsonObject> {
  const tooLong = (): Error => new AtkError("E_SOURCE", `${url} answers with more than a server.json can be`);
  const bytes = await httpGet({
    url,
    maxBytes: MAX_ANSWER_BYTES,
    headers: { accept: "application/json" },
    timeoutMs: 30_000,
    tooLong,
  });
  return parse(bytes, url);
}

async function readPlace(server: string, { host, manifestDirectory }: SourceContext): Promise<JsonObject> {
  const file = isAbsolute(server) ? server : join(manifestDirectory, server);
  const bytes = await host.files.read(file);
  if (bytes !== undefined) return parse(bytes, file);
  throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no server.json at ${file}`, {
    at: { file },
    hint: "check the path",
  });
}

function parse(bytes: Uint8Array, place: string): JsonObject {
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isObject(data)) return data;
  } catch {
    // Said below.
  }
  throw new AtkError("E_PLUGIN_INVALID", `${place} is not a server.json: it is not a JSON object`);
}
