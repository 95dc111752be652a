import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { keyOf, type List } from "../offer.ts";
import { visible } from "../visible.ts";
import { NOUNS, parse, refusalText, type Desk } from "./guard-desk.ts";

/** JSON may write any letter as an escape, so a line with one is looked at as well. */
const LISTS = /"(?:tools|prompts|resourceTemplates|instructions)"|\\u/i;

/** What of a server's line goes on to the client. */
export function checkLists(line: string, desk: Desk): string {
  if (!LISTS.test(line)) return line;
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
