import { mediaType, refusal, refusalText } from "./answer-text.ts";
import { connectionFault, HttpFault } from "./http-fault.ts";
import type { Outgoing } from "./outgoing.ts";
import { readEvents } from "./read-events.ts";
import type { Remote, Surroundings } from "./remote.ts";

/** MCP's older HTTP with SSE (protocol 2024-11-05): one event stream brings every answer, and first the address to post to. */
export function createHttpWithSse(surroundings: Surroundings): Remote {
  return new HttpWithSse(surroundings);
}

class HttpWithSse implements Remote {
  readonly #at: Surroundings;
  readonly #over = new AbortController();
  readonly #open = new Set<Outgoing>();
  /** The address to post to. Opened by the first message, and again by the first one after a break. */
  #address: Promise<URL> | undefined;

  constructor(surroundings: Surroundings) {
    this.#at = surroundings;
    surroundings.signal.addEventListener("abort", () => this.#over.abort());
  }

  async send(message: Outgoing): Promise<void> {
    const { desk } = this.#at;
    desk.expect(message);
    if (message.requests.length > 0) this.#open.add(message);
    void desk.answered(message).then(() => this.#open.delete(message));
    const done = this.#tryPost(message);
    // What comes next may not arrive before the server knows that the session begins.
    if (message.method === "initialize") await Promise.race([done, desk.answered(message)]);
    if (message.method === "notifications/initialized") await done;
  }

  async end(): Promise<void> {
    this.#over.abort();
  }

  async #tryPost(message: Outgoing): Promise<void> {
    const { desk, note, endpoint } = this.#at;
    try {
      this.#address ??= this.#connect();
      await this.#post(message, await this.#address);
      if (message.cancels !== undefined) desk.abandon(message.cancels);
    } catch (error) {
      if (this.#over.signal.aborted) return;
      const fault = error instanceof HttpFault ? error : connectionFault(endpoint.origin, error);
      if (message.requests.length === 0) note(`${message.method ?? "an answer"} was not delivered: ${fault.message}`);
      await desk.fail(message, fault.message);
    }
  }

  async #post(message: Outgoing, url: URL): Promise<void> {
    const { endpoint } = this.#at;
    const headers = { "content-type": "application/json" };
    const call = { method: "POST", url, headers, body: message.text, signal: this.#over.signal } as const;
    const response = await endpoint.request(call);
    if (!response.ok) throw refusal(response, await refusalText(response), endpoint);
    await response.body?.cancel();
  }

  async #connect(): Promise<URL> {
    const connection = new AbortController();
    this.#over.signal.addEventListener("abort", () => connection.abort(), { once: true });
    try {
      const { endpoint } = this.#at;
      const headers = { accept: "text/event-stream" };
      const response = await endpoint.request({ method: "GET", headers, signal: connection.signal });
      if (!response.ok) throw refusal(response, await refusalText(response), endpoint);
      if (mediaType(response) !== "text/event-stream")
        throw new HttpFault(`${endpoint.origin} does not answer with events: is it a server for transport "http"?`);
      return await this.#follow(response);
    } catch (error) {
      connection.abort();
      this.#address = undefined;
      throw error;
    }
  }

  /** Resolves with the address when it comes; the stream goes on. */
  async #follow(response: Response): Promise<URL> {
    const { desk, note, endpoint } = this.#at;
    return new Promise((resolve, reject) => {
      let isOpen = false;
      const other = (type: string, data: string): void => {
        if (type !== "endpoint") return;
        const url = URL.canParse(data, endpoint.url.href) ? new URL(data, endpoint.url) : undefined;
        isOpen = url?.origin === endpoint.origin;
        if (url !== undefined && isOpen) resolve(url);
        else reject(new HttpFault(`${endpoint.origin} wants messages sent elsewhere, which must not get its headers`));
      };
      void readEvents({ response, position: {}, desk, note, other }).then(async () => {
        const lost = new HttpFault(`the connection to ${endpoint.origin} ended: initialize again`);
        reject(lost);
        if (isOpen) this.#address = undefined;
        if (!this.#over.signal.aborted) await this.#lose(lost.message);
      });
    });
  }

  async #lose(reason: string): Promise<void> {
    for (const message of this.#open) await this.#at.desk.fail(message, reason);
  }
}
