import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { failed, WELL, type HealthCheck, type ProbeFailure, type ProbeOutcome } from "./health-check.ts";
import { exchange, type Answer, type Question } from "./http-exchange.ts";
import { isHttpAddress } from "./probe-http.ts";
import { isRedirect, sameOriginTarget } from "./redirect.ts";
import { startTimeLimit, type TimeLimit } from "./time-limit.ts";

type McpCheck = Extract<HealthCheck, { kind: "mcp" }>;

const PROTOCOL = "2025-06-18";
const ID = "atk-health";
const HELLO = JSON.stringify({
  jsonrpc: "2.0",
  id: ID,
  method: "initialize",
  params: { protocolVersion: PROTOCOL, capabilities: {}, clientInfo: { name: "atk", version: "1" } },
});
const MAX_CHARACTERS = 262_144;
const MAX_REDIRECTS = 5;
const GOODBYE_MS = 1_000;

/**
 * Well when the server answers `initialize` (for sse: opens its stream). 401, 403 and 405 are well too: the server is up, and only
 * wants somebody else, or another transport. A session that was opened is closed again. For all that the server can, see mcp/probe.ts:
 * that loads a whole client and lists the tools, too much for a look at a hundred services.
 */
export async function probeMcp(check: McpCheck, limit: TimeLimit): Promise<ProbeOutcome> {
  if (!isHttpAddress(check.url)) return failed("unclear", "the MCP address is not an http or https address");
  let question = questionFor(check);
  for (let step = 0; step <= MAX_REDIRECTS; step += 1) {
    const answer = await exchange(question, limit);
    if (!answer.ok) return answer;
    const url = targetOf(answer, question);
    if (url === undefined) {
      await closeSession(answer, question);
      return judge(answer, check, limit);
    }
    question = { ...question, url };
  }
  return failed("unwell", `${question.url.host} redirects without end`);
}

function questionFor({ url, headers = {}, transport = "http" }: McpCheck): Question {
  const common = { url: new URL(url), maxCharacters: MAX_CHARACTERS };
  if (transport === "sse") {
    const isEnough = (text: string) => /^data:/m.test(text);
    return { ...common, method: "GET", headers: { ...headers, accept: "text/event-stream" }, isEnough };
  }
  const own = { accept: "application/json, text/event-stream", "content-type": "application/json" };
  const isEnough = (text: string) => replyIn(text) !== undefined;
  const length = { "content-length": String(HELLO.length) };
  return { ...common, method: "POST", headers: { ...headers, ...own, ...length }, body: HELLO, isEnough };
}

/** After the other redirects a client would go on with GET, and find no MCP there. (Fetch standard, HTTP-redirect fetch) */
function targetOf(answer: Answer, { url, method }: Question): URL | undefined {
  const isKept = method === "GET" || answer.status === 307 || answer.status === 308;
  return isKept ? sameOriginTarget(answer, url) : undefined;
}

function judge(answer: Answer, { transport }: McpCheck, limit: TimeLimit): ProbeOutcome {
  const { status, text, host } = answer;
  if ([401, 403, 405].includes(status)) return WELL;
  if (isRedirect(status)) return failed("unwell", `${host} sends everybody elsewhere (status ${status})`);
  if (status >= 300) return failed("unwell", `${host} answered with status ${status}`);
  const isStream = /^text\/event-stream\b/.test(answer.headers["content-type"] ?? "");
  if (transport === "sse") return isStream ? WELL : notMcp(host);
  const reply = replyIn(text);
  if (reply !== undefined) return "result" in reply ? WELL : failed("unwell", `${host} refused to initialize`);
  if (limit.signal.aborted) return limit.over(`${host} did not answer initialize`, "unwell");
  return notMcp(host);
}

function notMcp(host: string): ProbeFailure {
  return failed("unwell", `${host} answered with something that is not MCP`);
}

/** The answer to HELLO: the body itself, or one of the events of a stream. */
function replyIn(text: string): JsonObject | undefined {
  const messages = text.trimStart().startsWith("{")
    ? [text]
    : [...text.matchAll(/^data:(.*)\r?\n/gm)].map(([, data = ""]) => data);
  return messages
    .map(parsed)
    .filter(isObject)
    .find((message) => message["id"] === ID);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A look should not leave a session behind that the server keeps. (MCP 2025-06-18, Streamable HTTP, session management) */
async function closeSession({ headers }: Answer, question: Question): Promise<void> {
  const session = headers["mcp-session-id"];
  if (typeof session !== "string") return;
  const { "content-type": _type, "content-length": _length, ...kept } = question.headers;
  const own = { "mcp-session-id": session, "mcp-protocol-version": PROTOCOL };
  const goodbye = startTimeLimit(GOODBYE_MS);
  await exchange({ url: question.url, method: "DELETE", headers: { ...kept, ...own }, maxCharacters: 0 }, goodbye);
  goodbye.clear();
}
