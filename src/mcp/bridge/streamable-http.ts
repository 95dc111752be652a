import { exchange } from "./exchange.ts";
import { followStream } from "./follow-stream.ts";
import { connectionFault, HttpFault } from "./http-fault.ts";
import { ownVersion } from "./modern-headers.ts";
import type { Id, Outgoing } from "./outgoing.ts";
import type { Remote, Surroundings } from "./remote.ts";
import { createToolHeaders } from "./tool-headers.ts";
import { createSession, noteVersion, sessionHeaders, type Session } from "./session.ts";

/** MCP's streamable HTTP: protocol 2025-03-26 and later. */
export function createStreamableHttp(surroundings: Surroundings): Remote {
  return new StreamableHttp(surroundings);
}

/** Nobody waits for the answer to a notification, so nobody would see that there is none. */
const NOTIFICATION_LIMIT_MS = 30_000;

class StreamableHttp implements Remote {
  readonly #at: Surroundings;
  readonly #tools = createToolHeaders();
  #session: Session = createSession();

  constructor(surroundings: Surroundings) {
    this.#at = surroundings;
  }

  async send(message: Outgoing): Promise<void> {
    if (message.cancels !== undefined) return this.#cancel(message, message.cancels);
    const isFirst = message.method === "initialize";
    if (isFirst) this.#renew();
    const session = this.#session;
    const done = this.#post(message, session);
    // What comes next belongs to the session, and may not arrive before the server knows that it begins.
    if (isFirst) await Promise.race([done, this.#at.desk.answered(message)]);
    if (message.method === "notifications/initialized" && (await done)) void this.#listen(session);
  }

  async end(limitMs: number): Promise<void> {
    const session = this.#session;
    session.over.abort();
    if (session.id === undefined || session.isGone) return;
    const call = { method: "DELETE", headers: sessionHeaders(session), signal: AbortSignal.timeout(limitMs) } as const;
    // The server may know no such thing (405), and nobody is left to be told.
    const response = await this.#at.endpoint.request(call).catch(() => undefined);
    await response?.body?.cancel().catch(() => undefined);
  }

  #renew(): void {
    this.#session.over.abort();
    this.#session = createSession();
  }

  /** Said without words where closing the stream says it; else told, and then the stream is of no more use. */
  async #cancel(message: Outgoing, id: Id): Promise<void> {
    const { desk } = this.#at;
    if (desk.endsByClosing(id)) return desk.abandon(id);
    void this.#post(message, this.#session).then(() => desk.abandon(id));
  }

  /** true: it went well. Never rejects. */
  async #post(message: Outgoing, session: Session): Promise<boolean> {
    const { desk } = this.#at;
    const stop = createStop(this.#at.signal);
    const timer = message.requests.length > 0 ? undefined : setTimeout(stop.late, NOTIFICATION_LIMIT_MS);
    desk.expect(message, {
      abandoned: stop.silently,
      endsByClosing: ownVersion(message) !== undefined,
      answered: (answer) => {
        if (message.method === "initialize") noteVersion(session, answer);
        if (message.method === "tools/list") this.#tools.learn(answer);
      },
    });
    try {
      await exchange({ ...this.#at, signal: stop.signal, message, session, headers: this.#tools.headersOf(message) });
      return true;
    } catch (error) {
      if (!stop.isSilent()) await this.#tell(message, error);
      return false;
    } finally {
      clearTimeout(timer);
      stop.forget();
    }
  }

  async #tell(message: Outgoing, error: unknown): Promise<void> {
    const { desk, note, endpoint } = this.#at;
    const fault = error instanceof HttpFault ? error : connectionFault(endpoint.origin, error);
    if (message.requests.length === 0) note(`${message.method ?? "an answer"} was not delivered: ${fault.message}`);
    await desk.fail(message, fault.message);
  }

  /** What the server says by itself. Many have nothing to say and refuse. */
  async #listen(session: Session): Promise<void> {
    const { endpoint, desk, note } = this.#at;
    const stop = createStop(this.#at.signal);
    session.over.signal.addEventListener("abort", stop.silently);
    try {
      await followStream({
        endpoint,
        desk,
        note,
        signal: stop.signal,
        position: {},
        headers: sessionHeaders(session),
        isDone: () => false,
        maxFailures: Number.POSITIVE_INFINITY,
      });
    } catch (error) {
      const status = error instanceof HttpFault ? error.status : undefined;
      if (status === 404) session.isGone = session.id !== undefined;
      else if (status !== 405 && error instanceof Error) note(`the server is not listened to: ${error.message}`);
    } finally {
      stop.forget();
    }
  }
}

interface Stop {
  readonly signal: AbortSignal;
  /** Nobody is to be told. */
  silently(): void;
  late(): void;
  isSilent(): boolean;
  forget(): void;
}

/** Ends one piece of work: with the bridge, or before. */
function createStop(whole: AbortSignal): Stop {
  const controller = new AbortController();
  let silent = false;
  const silently = (): void => {
    silent = true;
    controller.abort();
  };
  if (whole.aborted) silently();
  whole.addEventListener("abort", silently);
  return {
    signal: controller.signal,
    silently,
    late: () => controller.abort(Object.assign(new Error("too late"), { code: "ETIMEDOUT" })),
    isSilent: () => silent,
    forget: () => whole.removeEventListener("abort", silently),
  };
}
