import type { Client, McpSupport } from "../../clients/client.ts";
import { AtkError } from "../../core/errors.ts";
import { isObject, type Json } from "../../core/json.ts";
import { locatorKey, type Locator } from "../../core/resource.ts";
import type { Server } from "../../core/server.ts";
import { valueAt } from "../../formats/document.ts";
import { SERVER_ID_PATTERN, MAX_NAME_LENGTH } from "../../manifest/names.ts";
import type { WiredClient } from "../../kinds/scene.ts";
import type { Context } from "../context.ts";
import type { LeftAlone } from "./left-alone.ts";
import { readEntry } from "./read-entry.ts";

/** An entry of a client's file, and the server it stands for. */
export interface FoundServer {
  readonly id: string;
  readonly agent: string;
  readonly mcp: McpSupport;
  readonly file: string;
  /** `locatorKey` of the entry: clients that read the same file share it. */
  readonly place: string;
  readonly entry: Json;
  readonly server: Server;
}

export interface Findings {
  readonly servers: readonly FoundServer[];
  readonly left: readonly LeftAlone[];
  /** Entries that atk manages or brings already. */
  readonly managed: number;
}

export interface Search {
  readonly clients: readonly WiredClient[];
  /** `locatorKey`s of what the manifest wants and of what was written before. */
  readonly managed: ReadonlySet<string>;
}

/** Every entry in the files of these clients. A file that cannot be read is left alone whole. Reads only. */
export async function findServers({ clients, managed }: Search, context: Context): Promise<Findings> {
  const servers: FoundServer[] = [];
  const left: (LeftAlone & { readonly place: string })[] = [];
  const skipped = new Set<string>();
  for (const { client, mcpFile: file } of clients) {
    const { mcp } = client;
    if (mcp === undefined || file === undefined) continue;
    for (const each of await entriesIn(client, mcp, file, context)) {
      if (managed.has(each.place)) skipped.add(each.place);
      else if ("reason" in each) left.push(each);
      else servers.push(each);
    }
  }
  const taken = new Set(servers.map(({ place }) => place));
  const others = left.filter(({ place }) => !taken.has(place)).map(({ place: _place, ...rest }) => rest);
  return { servers, left: others, managed: skipped.size };
}

type Entry = FoundServer | (LeftAlone & { readonly place: string });

async function entriesIn(client: Client, mcp: McpSupport, file: string, context: Context): Promise<readonly Entry[]> {
  try {
    const data = await context.look.data(file, mcp.format);
    return named(valueAt(data, mcp.root), mcp).map(([id, entry]) => entryOf({ id, entry, client, mcp, file }, context));
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    const about = { noun: "mcp_server", name: file, agents: [client.id], file } as const;
    const next = error.hint === undefined ? {} : { next: error.hint };
    return [{ ...about, reason: error.message, ...next, place: file }];
  }
}

/** The entries of a client by their names: of a map, or of a list whose items have their name in a field. */
function named(found: Json | undefined, { item }: McpSupport): readonly (readonly [string, Json])[] {
  if (item === undefined) return isObject(found) ? Object.entries(found) : [];
  const items: readonly Json[] = Array.isArray(found) ? found : [];
  return items.flatMap((each) => {
    const name = isObject(each) ? each[item.by] : undefined;
    return typeof name === "string" ? [[name, each] as const] : [];
  });
}

interface Place {
  readonly id: string;
  readonly entry: Json;
  readonly client: Client;
  readonly mcp: McpSupport;
  readonly file: string;
}

function entryOf({ id, entry, client, mcp, file }: Place, { workspace }: Context): Entry {
  const key = mcp.item === undefined ? id : { by: mcp.item.by, is: id };
  const locator: Locator = { kind: "fragment", file, format: mcp.format, at: [...mcp.root, key] };
  const place = locatorKey(locator);
  const read = isServerId(id) ? readEntry(id, entry, mcp, workspace.scope) : NO_ID;
  const about = { agent: client.id, file, place };
  if ("server" in read) return { ...about, id, mcp, entry, server: read.server };
  return { noun: "mcp_server", name: id, agents: [client.id], file, place, ...read };
}

const NO_ID = {
  reason: "its name is not one that every client takes: lower-case letters, digits and dashes",
  next: "rename it in that file, and import again",
};

function isServerId(id: string): boolean {
  return SERVER_ID_PATTERN.test(id) && id.length <= MAX_NAME_LENGTH;
}
