import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { keyOf, type List, type Offer } from "../offer.ts";
import { visible } from "../visible.ts";
import type { GuardRules } from "./guard-rules.ts";
import { createJudge, type Judge, type Verdict } from "./judge-items.ts";

/** Stands between a client and a server, line by line: each line is a JSON-RPC message, or a batch of them. */
export interface Guard {
  /** What goes on to the server, and what the client is answered at once. */
  fromClient(line: string): { readonly forward?: string; readonly answer?: string };
  /** What goes on to the client. */
  fromServer(line: string): string;
}

/** Says a sentence for people, each only once. */
type Say = (sentence: string) => void;

export function createGuard(rules: GuardRules, recorded: Offer | undefined, say: Say): Guard {
  const judge = createJudge(rules, recorded);
  const desk: Desk = { server: rules.server, judge, withheld: new Map(), say: once(say) };
  return {
    fromClient: (line) => (CALLS.test(line) ? checkCalls(line, desk) : { forward: line }),
    fromServer: (line) => (LISTS.test(line) ? checkLists(line, desk) : line),
  };
}

interface Desk {
  readonly server: string;
  readonly judge: Judge;
  /** What was kept from the client, and why, by list and key. */
  readonly withheld: Map<string, Verdict>;
  readonly say: Say;
}

/** JSON may write any letter as an escape, so a line with one is looked at as well. */
const CALLS = /tools|prompts|\\/;
const LISTS = /"(?:tools|prompts|resourceTemplates|instructions)"|\\u/i;

function checkCalls(line: string, desk: Desk): ReturnType<Guard["fromClient"]> {
  const data = parse(line);
  if (!Array.isArray(data)) {
    const refused = refusalOf(data, desk);
    return refused === undefined ? { forward: line } : refused === null ? {} : { answer: JSON.stringify(refused) };
  }
  const judged = data.map((message: Json) => ({ message, refused: refusalOf(message, desk) }));
  const forward = judged.filter(({ refused }) => refused === undefined).map(({ message }) => message);
  const answers = judged.flatMap(({ refused }) => (refused === undefined || refused === null ? [] : [refused]));
  if (forward.length === data.length) return { forward: line };
  return {
    ...(forward.length === 0 ? {} : { forward: JSON.stringify(forward) }),
    ...(answers.length === 0 ? {} : { answer: JSON.stringify(answers) }),
  };
}

/** JSON-RPC's "invalid params", which MCP answers to a tool that is not known. (MCP 2025-11-25, server/tools, error handling) */
const UNKNOWN_TOOL = -32602;

/** The answer to a call of what is withheld; null where nobody waits for one; undefined: it may go on. */
function refusalOf(message: Json | undefined, { server, judge, withheld }: Desk): JsonObject | null | undefined {
  if (!isObject(message) || !isObject(message["params"])) return undefined;
  const list =
    message["method"] === "tools/call" ? "tools" : message["method"] === "prompts/get" ? "prompts" : undefined;
  const { name } = message["params"];
  if (list === undefined || typeof name !== "string") return undefined;
  const verdict = withheld.get(`${list} ${name}`) ?? judge.unheard(list, name);
  if (verdict.pass) return undefined;
  if (message["id"] === undefined) return null;
  const error = { code: UNKNOWN_TOOL, message: refusalText({ server, list, name, verdict }) };
  return { jsonrpc: "2.0", id: message["id"], error };
}

interface Refused {
  readonly server: string;
  readonly list: List;
  readonly name: string;
  readonly verdict: Extract<Verdict, { pass: false }>;
}

const NOUNS = {
  tools: "tool",
  prompts: "prompt",
  resources: "resource",
  resourceTemplates: "resource template",
} as const;

function refusalText({ server, list, name, verdict }: Refused): string {
  const what = `atk withholds the ${NOUNS[list]} '${visible(name)}' of ${server}: it ${verdict.reason}`;
  if (verdict.isSilent === true) return what;
  return `${what}. To see what it says now: atk mcp test --check ${server}. To accept it: atk mcp test --record ${server}`;
}

function checkLists(line: string, desk: Desk): string {
  const data = parse(line);
  const members = Array.isArray(data) ? data : [data];
  if (!members.some(saysSomething)) return line;
  const checked = members.map((member: Json | undefined) =>
    saysSomething(member) ? checkAnswer(member, desk) : member,
  );
  return JSON.stringify(Array.isArray(data) ? checked : checked[0]);
}

/** Keys are compared as the most generous reader would: in Go's, `Tools` is `tools`. (encoding/json, Unmarshal) */
const KEYS: Readonly<Record<string, Exclude<List, "resources"> | "instructions">> = {
  tools: "tools",
  prompts: "prompts",
  resourcetemplates: "resourceTemplates",
  instructions: "instructions",
};

function saysSomething(message: Json | undefined): message is JsonObject {
  if (!isObject(message)) return false;
  return resultsIn(message).some((result) => Object.keys(result).some((key) => KEYS[key.toLowerCase()] !== undefined));
}

function resultsIn(message: JsonObject): readonly JsonObject[] {
  const found = Object.entries(message).filter(([key]) => key.toLowerCase() === "result");
  return found.flatMap(([, value]) => (isObject(value) ? [value] : []));
}

/** Written anew, so that every reader finds the same in it: a key that stands twice, or in other letters, is gone. */
function checkAnswer(message: JsonObject, desk: Desk): JsonObject {
  const { result, id = null } = message;
  return { jsonrpc: "2.0", id, result: isObject(result) ? checkResult(result, desk) : {} };
}

function checkResult(result: JsonObject, desk: Desk): JsonObject {
  const kept = Object.entries(result).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
    const meant = KEYS[key.toLowerCase()];
    if (meant === undefined) return [[key, value]];
    if (key !== meant) return [];
    if (meant === "instructions") return keepsInstructions(value, desk) ? [[key, value]] : [];
    return Array.isArray(value) ? [[key, checkItems(meant, value, desk)]] : [];
  });
  return Object.fromEntries(kept);
}

function keepsInstructions(value: Json, { judge, server, say }: Desk): boolean {
  if (typeof value !== "string") return false;
  const verdict = judge.instructions(value);
  if (!verdict.pass)
    say(`${server}: its instructions are withheld: they ${verdict.reason}; atk mcp test --check ${server}`);
  else if (verdict.warning !== undefined) say(`${server}: its instructions ${verdict.warning}`);
  return verdict.pass;
}

function checkItems(list: List, items: readonly Json[], desk: Desk): readonly Json[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    // One name is one tool: which of two a client takes is not known.
    if (!isObject(item) || seen.has(keyOf(item))) return false;
    seen.add(keyOf(item));
    return keeps(list, item, desk);
  });
}

function keeps(list: List, item: JsonObject, { judge, withheld, server, say }: Desk): boolean {
  const [name, verdict] = [keyOf(item), judge.item(list, item)];
  if (verdict.pass) {
    withheld.delete(`${list} ${name}`);
    if (verdict.warning !== undefined)
      say(`${server}: the ${NOUNS[list]} '${visible(name)}' ${verdict.warning}; atk mcp test --check ${server}`);
    return true;
  }
  withheld.set(`${list} ${name}`, verdict);
  if (verdict.isSilent !== true) say(refusalText({ server, list, name, verdict }));
  return false;
}

function once(say: Say): Say {
  const said = new Set<string>();
  return (sentence) => {
    if (said.has(sentence)) return;
    said.add(sentence);
    say(sentence);
  };
}

function parse(line: string): Json | undefined {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}
