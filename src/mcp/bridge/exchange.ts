import { mediaType, refusal, refusalText } from "./answer-text.ts";
import { followStream } from "./follow-stream.ts";
import { HttpFault } from "./http-fault.ts";
import { modernHeaders } from "./modern-headers.ts";
import type { Outgoing } from "./outgoing.ts";
import { readEvents, type Position } from "./read-events.ts";
import type { Surroundings } from "./remote.ts";
import { sessionHeaders, type Session } from "./session.ts";

export interface Turn extends Surroundings {
  readonly message: Outgoing;
  readonly session: Session;
  /** More headers, of this message alone. */
  readonly headers: Readonly<Record<string, string>>;
}

const MAX_FAILURES = 5;

/**
 * Posts one message and hands its answers over, until there are none to come.
 * @throws HttpFault when a request of it cannot be answered any more.
 */
export async function exchange(turn: Turn): Promise<void> {
  const { message, session, endpoint, signal } = turn;
  const response = await endpoint.request({
    method: "POST",
    headers: {
      ...sessionHeaders(session),
      ...modernHeaders(message),
      ...turn.headers,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: message.text,
    signal,
  });
  if (!response.ok) return takeRefusal(turn, response);
  const id = response.headers.get("mcp-session-id");
  if (message.method === "initialize" && id !== null) session.id = id;
  // Accepted: if there is an answer, it comes on another stream.
  if (message.requests.length === 0 || response.status === 202) return void (await response.body?.cancel());
  return mediaType(response) === "text/event-stream" ? takeEvents(turn, response) : takeJson(turn, response);
}

async function takeRefusal({ message, session, endpoint, desk }: Turn, response: Response): Promise<void> {
  const text = await refusalText(response);
  // Protocol 2026-07-28 answers some requests with an error and a status that goes with it.
  if (isAnswerTo(message, text)) return void (await desk.deliver(text));
  if (response.status !== 404 || session.id === undefined) throw refusal(response, text, endpoint);
  session.isGone = true;
  session.over.abort();
  throw new HttpFault(`the session at ${endpoint.origin} is gone (404 Not Found): initialize again`, response.status);
}

function isAnswerTo({ requests }: Outgoing, text: string): boolean {
  try {
    const { id, error } = JSON.parse(text) as { readonly id?: unknown; readonly error?: unknown };
    return error !== undefined && requests.some((request) => request.id === id);
  } catch {
    return false;
  }
}

async function takeJson({ message, endpoint, desk }: Turn, response: Response): Promise<void> {
  const text = await response.text().catch(() => {
    throw new HttpFault(`the connection to ${endpoint.origin} ended in the middle of an answer`);
  });
  if (!(await desk.deliver(text)))
    throw new HttpFault(`${endpoint.origin} answered ${response.status} with something that is not an MCP message`);
  if (desk.isWaiting(message)) throw new HttpFault(`${endpoint.origin} answered something that was not asked`);
}

async function takeEvents(turn: Turn, response: Response): Promise<void> {
  const { message, session, endpoint, desk, note, signal } = turn;
  const position: Position = {};
  await readEvents({ response, position, desk, note });
  if (signal.aborted || !desk.isWaiting(message)) return;
  if (position.lastEventId === undefined)
    throw new HttpFault(`the connection to ${endpoint.origin} ended before the answer came`);
  // Only the stream has ended: the request goes on, and what comes after can be asked for.
  await followStream({
    endpoint,
    desk,
    note,
    signal,
    position,
    headers: sessionHeaders(session),
    isAfterBreak: true,
    isDone: () => !desk.isWaiting(message),
    maxFailures: MAX_FAILURES,
  });
}
