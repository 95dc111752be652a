import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { parse, refusalText, type Desk } from "./guard-desk.ts";

/** JSON may write any letter as an escape, so a line with one is looked at as well. */
const CALLS = /tools|prompts|\\/;

/** What of a client's line goes on to the server, and what it is answered at once. */
export function checkCalls(line: string, desk: Desk): { readonly forward?: string; readonly answer?: string } {
  if (!CALLS.test(line)) return { forward: line };
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
