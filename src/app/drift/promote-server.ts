import { equal, isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Server, Value } from "../../core/server.ts";
import { valueAt } from "../../formats/document.ts";
import { findLines } from "../../formats/find-lines.ts";
import { clients } from "../../clients/index.generated.ts";
import type { McpSupport } from "../../clients/client.ts";
import { addServer, readForEdit, setAgents, setServer } from "../../manifest/edit-manifest.ts";
import { MAX_NAME_LENGTH, SERVER_ID_PATTERN } from "../../manifest/names.ts";
import type { Inputs } from "../inputs.ts";
import type { Item } from "../make-plan.ts";
import { entryAt } from "./beside.ts";
import { declareServer } from "./declare-server.ts";
import type { FoundEdit } from "./find-edits.ts";
import { cannotPromote, type Promoting, type Promotion } from "./promotion.ts";
import { readEntry, type ReadEntry } from "./read-entry.ts";

/** A new entry becomes a declaration for the clients that read it. @throws AtkError as declareServer, E_DISAGREES */
export async function promoteNew(edit: Extract<FoundEdit, { kind: "new" }>, promoting: Promoting): Promise<Promotion> {
  const { map, name } = edit;
  const { manifestFile } = promoting.context.workspace;
  if (!SERVER_ID_PATTERN.test(name) || name.length > MAX_NAME_LENGTH)
    throw cannotPromote(
      edit,
      `not every client takes ${JSON.stringify(name)} as a name; allowed are small letters, digits and dashes`,
      `rename it in ${map.file}, then atk drift`,
    );
  const { read, place } = await readTheirs(
    entryAt(map, name),
    { id: name, agent: map.agents[0] ?? "" },
    promoting,
    edit,
  );
  const { fields, referred } = declareServer({ id: name, read, place }, promoting);
  return {
    edit: ({ written: manifest, manifestText }) => {
      const there = serversIn(manifestText, manifestFile)[name];
      if (there === undefined) return addServer(manifestText, name, { ...fields, agents: map.agents }, manifestFile);
      const { agents: _own, ...others } = isObject(there) ? there : {};
      const isTaken = manifest.plugins.some((entry) => entry.name === name);
      if (isTaken || !equal(others, fields))
        throw cannotPromote(edit, `the manifest has another ${name}`, `rename it in ${map.file}, then atk drift`);
      const agents = [...(manifest.servers[name]?.agents ?? manifest.agents), ...map.agents];
      return setAgents(manifestText, name, [...new Set(agents)], manifestFile);
    },
    maySpellAnew: true,
    notes: [...referredNotes(edit, referred), ...localNotes(edit, promoting)],
  };
}

/** In a home it will count everywhere. */
function localNotes({ id, map }: Extract<FoundEdit, { kind: "new" }>, { context }: Promoting): readonly string[] {
  if (map.project === undefined || context.workspace.scope === "project") return [];
  return [
    `${id}: so far only in ${map.project}; the home's manifest is for all projects (one with an atk.yaml keeps its own)`,
  ];
}

/** The declaration becomes what stands there; other clients get it too. @throws as promoteNew */
export async function promoteChanged(edit: FoundEdit, item: Item, promoting: Promoting): Promise<Promotion> {
  const { manifestFile } = promoting.context.workspace;
  const id = item.change.owner;
  const { theirs, ours, place } = await readBoth(edit, item, promoting);
  const before = serversIn(promoting.survey.inputs.manifestText, manifestFile)[id];
  const raw = isObject(before) ? before : {};
  const written = valuesIn(raw);
  const isOurs = isLauncher(ours.server) && startsAlike(ours.server, theirs.server);
  if (isOurs && Object.hasOwn(raw, "url"))
    throw cannotPromote(edit, "variables have no meaning for a server that is reached by URL");
  const { fields, referred } = declareServer(
    { id, read: theirs, place, kept: unchanged(written, valuesOf(ours.server), valuesOf(theirs.server)) },
    promoting,
  );
  const after = isOurs ? withValues(raw, fields) : { ...withoutServer(raw), ...fields };
  return {
    declares: { owner: id, fields },
    edit: ({ manifestText }: Inputs) => setServer(manifestText, id, toolsKept(after, raw, theirs, ours), manifestFile),
    maySpellAnew: true,
    notes: referredNotes(edit, referred),
  };
}

export interface Both {
  readonly theirs: ReadEntry;
  readonly ours: ReadEntry;
  readonly place: string;
}

/** The entry as it is, and as atk would write it, in the same words. */
export async function readBoth(edit: FoundEdit, item: Item, promoting: Promoting): Promise<Both> {
  const { change, resource } = item;
  const agent = change.agents[0] ?? "";
  const { locator } = change;
  if (locator.kind !== "fragment" || resource?.content.kind !== "fragment")
    throw cannotPromote(edit, "the manifest no longer has this entry");
  const id = idOf(change.address);
  const { read: theirs, place } = await readTheirs(locator, { id, agent }, promoting, edit);
  const ours = readEntry(id, resource.content.value, mcpOf(agent, edit), promoting.context.workspace.scope);
  if (ours === undefined) throw cannotPromote(edit, "it is not the entry of a server");
  return { theirs, ours, place };
}

/** `mcp_server.notes@cursor` is about `notes`. */
function idOf(address: string): string {
  return address.replace(/^[^.]*\./, "").replace(/@[^@]*$/, "");
}

async function readTheirs(
  locator: ReturnType<typeof entryAt>,
  { id, agent }: { readonly id: string; readonly agent: string },
  { context }: Promoting,
  edit: FoundEdit,
): Promise<{ readonly read: ReadEntry; readonly place: string }> {
  const { file, format, at } = locator;
  const value = valueAt(await context.look.data(file, format), at);
  const [line] = await findLines(format, (await context.look.text(file)) ?? "", [at]);
  const place = line === undefined ? file : `${file}:${line}`;
  const read = isObject(value) ? readEntry(id, value, mcpOf(agent, edit), context.workspace.scope) : undefined;
  if (read === undefined) throw cannotPromote(edit, `what stands in ${place} names neither a program nor an address`);
  return { read, place };
}

function mcpOf(agent: string, edit: FoundEdit): McpSupport {
  const mcp = clients.find(({ id }) => id === agent)?.mcp;
  if (mcp === undefined) throw cannotPromote(edit, `${agent || "no client"} is known to have MCP servers`);
  return mcp;
}

/** An entry that starts atk, which starts the server. */
export function isLauncher(server: Server): boolean {
  if (server.transport !== "stdio") return false;
  const at = server.args.indexOf("mcp");
  return at !== -1 && server.args[at + 1] === "run" && server.args.at(-1) === server.id;
}

export function startsAlike(ours: Server, theirs: Server): boolean {
  if (ours.transport !== "stdio" || theirs.transport !== "stdio") return false;
  return ours.command === theirs.command && equal(ours.args, theirs.args) && ours.cwd === theirs.cwd;
}

export function valuesOf(server: Server): Readonly<Record<string, Value>> {
  return server.transport === "stdio" ? server.env : server.headers;
}

/** What the manifest says of a value that nobody has touched stays as it is written there. */
function unchanged(
  written: JsonObject,
  ours: Readonly<Record<string, Value>>,
  theirs: Readonly<Record<string, Value>>,
): Readonly<Record<string, Json>> {
  const same = Object.entries(written).filter(([name]) => {
    const [mine, other] = [ours[name], theirs[name]];
    return mine !== undefined && other !== undefined && equal(asData(mine), asData(other));
  });
  return Object.fromEntries(same);
}

function asData(value: Value): Json {
  return typeof value === "string" ? value : { ...value };
}

function valuesIn(raw: JsonObject): JsonObject {
  const found = raw["env"] ?? raw["headers"];
  return isObject(found) ? found : {};
}

/** Behind the launcher only values were added: everything else is as it was declared. */
function withValues(raw: JsonObject, { env }: JsonObject): JsonObject {
  return isObject(env) ? { ...raw, env: { ...valuesIn(raw), ...env } } : raw;
}

const SERVER_FIELDS = new Set(["command", "args", "env", "cwd", "url", "transport", "headers"]);

function withoutServer(raw: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !SERVER_FIELDS.has(key)));
}

function toolsKept(after: JsonObject, raw: JsonObject, theirs: ReadEntry, ours: ReadEntry): JsonObject {
  if (!equal({ ...theirs.tools }, { ...ours.tools })) return after;
  const { tools: _read, ...rest } = after;
  return raw["tools"] === undefined ? rest : { ...rest, tools: raw["tools"] };
}

function serversIn(text: string, file: string): JsonObject {
  const { mcp_servers: servers } = readForEdit(text, file);
  return isObject(servers) ? servers : {};
}

function referredNotes({ id }: FoundEdit, referred: readonly string[]): readonly string[] {
  return referred.map(
    (name) => `${id}: the manifest refers to the secret ${name} of the home, not to what stands there`,
  );
}
