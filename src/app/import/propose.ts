import { basename } from "node:path";
import { clients as everyClient } from "../../clients/index.generated.ts";
import { detectClients } from "../../clients/detect.ts";
import { locatorKey } from "../../core/resource.ts";
import type { Server } from "../../core/server.ts";
import type { WiredClient } from "../../kinds/scene.ts";
import { lookAgain, type Context } from "../context.ts";
import { desire } from "../desire.ts";
import { readInputs, type Inputs } from "../inputs.ts";
import { locateClient } from "../locate-client.ts";
import { readState } from "../state-store.ts";
import { declareServer } from "./declare-server.ts";
import { declareSkills } from "./declare-skills.ts";
import { findInstructions } from "./find-instructions.ts";
import { findSkills, type FoundSkills } from "./find-skills.ts";
import { withCopies } from "./skill-copies.ts";
import { findServers, type FoundServer, type Search } from "./find-servers.ts";
import { agentsOf, groupServers, type ServerGroup } from "./group-servers.ts";
import { withEntries, type ImportEntry } from "./import-entry.ts";
import type { LeftAlone } from "./left-alone.ts";
import { storeForImport, type ImportStore } from "./store-for-import.ts";
import { hasSecretInWords, takeSecrets } from "./take-secrets.ts";
import { tryEntries } from "./try-entries.ts";

export interface ImportRequest {
  /** Ids; empty: every client atk knows. */
  readonly agents: readonly string[];
  /** Whose entry is taken where clients differ. */
  readonly prefer: readonly string[];
  /** false: what has a secret in clear is left alone. */
  readonly withSecrets: boolean;
}

export interface Proposal {
  readonly entries: readonly ImportEntry[];
  readonly left: readonly LeftAlone[];
  /** Entries that atk manages already. */
  readonly managed: number;
  /** The manifest now, and as it would be. */
  readonly before: string;
  readonly after: string;
  /** Knows the values that would be put into the store. */
  readonly context: Context;
}

/** What of this machine can be taken over without a change of any client's file. Reads only. */
export async function proposeImport(request: ImportRequest, context: Context): Promise<Proposal> {
  const inputs = await readInputs(context);
  const managed = await managedPlaces(inputs, context);
  const clients = await clientsFor(request.agents, context);
  const found = await findServers({ clients, managed }, context);
  const present = await withoutAbsent(found.servers, request.agents, context);
  const grouped = groupServers(present, { scope: context.workspace.scope, prefer: request.prefer });
  const store = await storeForImport(request.withSecrets, context);
  const sorted = sortOut(grouped.groups, inputs, store);
  const skills = await skillsFor(request, { clients, managed, inputs }, context);
  const candidates = [...sorted.entries, ...skills.entries];
  const host = withCopies(context.host, candidates, context);
  const trying: Context = { ...lookAgain({ ...context, host }), newSecrets: valuesOf(candidates) };
  const tried = await tryEntries(candidates, inputs, trying);
  const after = await withEntries(inputs, tried.entries, trying);
  return {
    entries: tried.entries,
    left: [...found.left, ...grouped.left, ...sorted.left, ...skills.left, ...tried.left].sort(byName),
    managed: found.managed + skills.managed,
    before: inputs.manifestText,
    after: after.manifestText,
    context: { ...context, newSecrets: valuesOf(tried.entries) },
  };
}

interface Known extends Search {
  readonly inputs: Inputs;
}

async function skillsFor(
  { agents, prefer }: ImportRequest,
  { clients, managed, inputs }: Known,
  context: Context,
): Promise<FoundSkills & { readonly entries: readonly ImportEntry[] }> {
  const here = await agentsHere(agents, context);
  const present = clients.filter(({ client }) => here.has(client.id));
  const found = await findSkills({ clients: present, managed }, context);
  const declared = await declareSkills(found.skills, { manifest: inputs.manifest, prefer }, context);
  const instructions = await findInstructions({ clients: present }, context);
  return { ...found, entries: declared.entries, left: [...found.left, ...declared.left, ...instructions] };
}

async function agentsHere(named: readonly string[], { host, workspace }: Context): Promise<ReadonlySet<string>> {
  return new Set([...named, ...(await detectClients(host, { homes: workspace.settings.clientHomes }))]);
}

export function valuesOf(entries: readonly ImportEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.flatMap(({ secrets }) => secrets.map(({ name, value }) => [name, value] as const)));
}

async function managedPlaces(inputs: Inputs, context: Context): Promise<ReadonlySet<string>> {
  const [{ desired }, state] = await Promise.all([
    desire(inputs, { readOnly: true }, context),
    readState(context.host.files, context.workspace),
  ]);
  return new Set([...desired.resources.map(({ locator }) => locatorKey(locator)), ...Object.keys(state.resources)]);
}

async function clientsFor(agents: readonly string[], context: Context): Promise<readonly WiredClient[]> {
  const { host, look, workspace } = context;
  const { scope, directory, settings } = workspace;
  const at = { scope, directory, clientHomes: settings.clientHomes, host: { ...host, files: look.remembered } };
  const chosen = everyClient.filter(({ id }) => agents.length === 0 || agents.includes(id));
  return Promise.all(chosen.map((client) => locateClient(client, at)));
}

/** Of several clients that read one file, those that are on this machine; where none is, all. */
async function withoutAbsent(
  found: readonly FoundServer[],
  named: readonly string[],
  context: Context,
): Promise<readonly FoundServer[]> {
  const here = await agentsHere(named, context);
  const placesHere = new Set(found.filter(({ agent }) => here.has(agent)).map(({ place }) => place));
  return found.filter(({ agent, place }) => here.has(agent) || !placesHere.has(place));
}

interface SortedOut {
  readonly entries: readonly ImportEntry[];
  readonly left: readonly LeftAlone[];
}

function sortOut(groups: readonly ServerGroup[], { manifest }: Inputs, store: ImportStore): SortedOut {
  const taken = new Set([...manifest.plugins.map(({ name }) => name), ...Object.keys(manifest.servers)]);
  const entries: ImportEntry[] = [];
  const left: LeftAlone[] = [];
  for (const group of groups) {
    const agents = agentsOf(group);
    const leave = (why: Pick<LeftAlone, "reason" | "next" | "hasSecret">): void => {
      for (const [file, own] of byFile(group))
        left.push({ noun: "mcp_server", name: group.id, agents: own, file, ...why });
    };
    const without = takeSecrets(group.server, store.known);
    const hasSecret = without.taken.length > 0 ? { hasSecret: true as const } : {};
    if (taken.has(group.id)) leave({ ...IS_TAKEN(group.id, agents), ...hasSecret });
    else if (startsAtk(group.server)) leave({ reason: "it starts atk, for an entry of another manifest" });
    else if (hasSecretInWords(group.server)) leave(IN_WORDS);
    else if (without.taken.length > 0 && store.closed !== undefined) leave({ ...store.closed, ...hasSecret });
    else {
      const declaration = declareServer(group.server, without, { agents, standard: manifest.agents });
      const files = [...new Set(group.entries.map(({ file }) => file))];
      entries.push({ noun: "mcp_server", name: group.id, agents, files, declaration, secrets: without.taken });
    }
  }
  return { entries, left };
}

const IN_WORDS = {
  reason: "a secret stands in its command or address, where a manifest has only text, and the manifest is in git",
  next: "give it to the server in a variable or a header, and import again; then make a new key",
  hasSecret: true,
} as const;

function IS_TAKEN(id: string, agents: readonly string[]): Pick<LeftAlone, "reason" | "next"> {
  return {
    reason: "the manifest has an entry of that name, which is not for this agent",
    next: `atk plug ${id} ${agents.map((agent) => `--agent ${agent}`).join(" ")} --take-over puts that entry there`,
  };
}

function byFile({ entries }: ServerGroup): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const { file, agent } of entries) files.set(file, [...(files.get(file) ?? []), agent]);
  return files;
}

/** `atk mcp run NAME`: as a declaration of that name it would start itself. */
function startsAtk(server: Server): boolean {
  if (server.transport !== "stdio") return false;
  const words = [server.command, ...server.args];
  const runs = words.findIndex((word, at) => word === "mcp" && words[at + 1] === "run");
  return runs > 0 && words.slice(0, runs).some((word) => /^(atk|atk\.cmd|main\.js)$/.test(basename(word)));
}

function byName(a: LeftAlone, b: LeftAlone): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
