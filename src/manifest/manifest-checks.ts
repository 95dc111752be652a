import type { Problem } from "../core/errors.ts";
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { escapeKey, where } from "./pointer-text.ts";
import { quote } from "./quote.ts";
import type { PlaceFinder } from "./schema-problems.ts";
import { didYouMean } from "./suggest.ts";

interface Context {
  readonly clientIds: readonly string[];
  readonly place: PlaceFinder;
}

/** What the schema cannot say: client ids, and names that are used twice. Takes data that may be wrong everywhere else. */
export function manifestProblems(data: JsonObject, context: Context): readonly Problem[] {
  return [
    ...agentProblems(data, context),
    ...nameProblems(data, context),
    ...pathProblems(data, "skills", context),
    ...pathProblems(data, "instructions", context),
  ];
}

function agentProblems(data: JsonObject, context: Context): readonly Problem[] {
  const lists = agentLists(data);
  return lists.flatMap(({ pointer, agents }) =>
    agents.flatMap((agent, at) => unknownAgent(agent, `${pointer}/${at}`, context)),
  );
}

function unknownAgent(agent: Json, pointer: string, { clientIds, place }: Context): readonly Problem[] {
  if (typeof agent !== "string" || clientIds.includes(agent)) return [];
  const hint = didYouMean(agent, clientIds) ?? `known ids: ${clientIds.join(", ")}`;
  return [{ message: `${where(pointer)}: unknown client id ${quote(agent)}`, at: place(pointer), hint }];
}

interface AgentList {
  readonly pointer: string;
  readonly agents: readonly Json[];
}

function agentLists(data: JsonObject): readonly AgentList[] {
  const inEntries = ["plugins", "mcp_servers", "skills", "instructions"].flatMap((section) =>
    membersOf(data[section]).map(([key, entry]) => agentList(entry, `/${section}/${key}`)),
  );
  return [agentList(data, ""), ...inEntries].filter((list) => list !== undefined);
}

function agentList(entry: Json | undefined, pointer: string): AgentList | undefined {
  const agents = isObject(entry) ? entry["agents"] : undefined;
  return Array.isArray(agents) ? { pointer: `${pointer}/agents`, agents } : undefined;
}

/** Plugins and servers share one space of names: both become ids in the clients' files. */
function nameProblems(data: JsonObject, { place }: Context): readonly Problem[] {
  const taken = new Map<string, NameUse>();
  return [...pluginNames(data), ...serverIds(data)].flatMap((use) => {
    const first = taken.get(use.name);
    if (first === undefined) taken.set(use.name, use);
    if (first === undefined) return [];
    const { line } = place(first.pointer, first.part);
    const message = `${where(use.pointer)}: the name ${quote(use.name)} is taken by ${where(first.pointer)} (line ${line})`;
    return [{ message, at: place(use.pointer, use.part), hint: "remove one of the two, or give it another name" }];
  });
}

interface NameUse {
  readonly name: string;
  readonly pointer: string;
  readonly part: "key" | "value";
}

function pluginNames(data: JsonObject): readonly NameUse[] {
  return membersOf(data["plugins"]).flatMap(([key, entry]): readonly NameUse[] => {
    if (typeof entry === "string") return [{ name: entry, pointer: `/plugins/${key}`, part: "value" }];
    const name = isObject(entry) ? entry["name"] : undefined;
    return typeof name === "string" ? [{ name, pointer: `/plugins/${key}/name`, part: "value" }] : [];
  });
}

function serverIds(data: JsonObject): readonly NameUse[] {
  const { mcp_servers: servers } = data;
  if (!isObject(servers)) return [];
  return Object.keys(servers).map((name) => ({
    name,
    pointer: `/mcp_servers/${escapeKey(name)}`,
    part: "key",
  }));
}

function pathProblems(data: JsonObject, section: string, { place }: Context): readonly Problem[] {
  const taken = new Map<string, string>();
  return membersOf(data[section]).flatMap(([key, entry]) => {
    const path = isObject(entry) ? entry["path"] : entry;
    if (typeof path !== "string") return [];
    const pointer = isObject(entry) ? `/${section}/${key}/path` : `/${section}/${key}`;
    const same = path.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
    const first = taken.get(same);
    if (first === undefined) taken.set(same, pointer);
    if (first === undefined) return [];
    const message = `${where(pointer)}: ${quote(path)} is listed already as ${where(first)}`;
    return [{ message, at: place(pointer), hint: "remove one of the two" }];
  });
}

function membersOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).map(([key, item]) => [escapeKey(key), item as Json] as const)
    : [];
}
