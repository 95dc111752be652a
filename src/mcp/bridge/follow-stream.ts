import type { Desk } from "./desk.ts";
import { mediaType, refusal, refusalText } from "./answer-text.ts";
import type { Endpoint } from "./endpoint.ts";
import { HttpFault } from "./http-fault.ts";
import { readEvents, type Position } from "./read-events.ts";

export interface Following {
  readonly endpoint: Endpoint;
  readonly headers: Readonly<Record<string, string>>;
  readonly position: Position;
  readonly desk: Desk;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
  /** The stream was open just now: the server may want to be waited for. */
  readonly isAfterBreak?: boolean;
  /** Asked whenever the stream has ended. */
  readonly isDone: () => boolean;
  /** Failed connections in a row after which it is given up. */
  readonly maxFailures: number;
}

/**
 * Keeps a GET event stream open: connects, hands over what comes, connects again after what was seen last. (MCP 2025-11-25,
 * Streamable HTTP: Listening for Messages, Resumability)
 * @throws HttpFault when it cannot go on: a refusal (status), or too many failures.
 */
export async function followStream(following: Following): Promise<void> {
  const { position, signal, isDone } = following;
  const tries = { failures: 0, idle: 0 };
  if (following.isAfterBreak === true) await pause(delayMs(position, 0), signal);
  while (!signal.aborted) {
    await tryOnce(following, tries);
    if (isDone()) return;
    await pause(delayMs(position, tries.idle), signal);
  }
}

interface Tries {
  /** Failed connections in a row. */
  failures: number;
  /** Connections in a row on which nothing came: such a server is asked less and less often. */
  idle: number;
}

async function tryOnce(following: Following, tries: Tries): Promise<void> {
  try {
    const count = await connectOnce(following);
    tries.failures = 0;
    tries.idle = count > 0 ? 0 : tries.idle + 1;
  } catch (error) {
    if (following.signal.aborted) return;
    tries.failures += 1;
    tries.idle += 1;
    if (!(error instanceof HttpFault) || isFinal(error) || tries.failures >= following.maxFailures) throw error;
  }
}

const FIRST_DELAY_MS = 1000;
const MIN_DELAY_MS = 20;
const MAX_DELAY_MS = 30_000;

function delayMs({ retryMs = FIRST_DELAY_MS }: Position, idle: number): number {
  const wanted = Math.max(retryMs, MIN_DELAY_MS);
  return Math.max(wanted, Math.min(wanted * 2 ** idle, MAX_DELAY_MS));
}

async function connectOnce({ endpoint, headers, position, desk, note, signal }: Following): Promise<number> {
  const { lastEventId } = position;
  const response = await endpoint.request({
    method: "GET",
    headers: {
      ...headers,
      accept: "text/event-stream",
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    },
    signal,
  });
  if (!response.ok) throw refusal(response, await refusalText(response), endpoint);
  if (mediaType(response) !== "text/event-stream") {
    await response.body?.cancel();
    throw new HttpFault(`${endpoint.origin} answered a GET with something else than events`, response.status);
  }
  return readEvents({ response, position, desk, note });
}

/** Asking again helps only after a fault of the server or the network. */
function isFinal({ status }: HttpFault): boolean {
  return status !== undefined && status < 500 && status !== 408 && status !== 429;
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    signal.addEventListener("abort", done);
  });
}
