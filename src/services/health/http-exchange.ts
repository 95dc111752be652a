import type { ClientRequest, IncomingMessage } from "node:http";
import { connectFault } from "./connect-fault.ts";
import type { ProbeFailure } from "./health-check.ts";
import { REACHING } from "./reaching.ts";
import type { TimeLimit } from "./time-limit.ts";

/** One request. Not with fetch: fetch refuses some ports on which a service may well listen, 6000 for one. (Fetch standard, "bad port") */
export interface Question {
  readonly url: URL;
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The body is read until it ends, is about this long, has taken this long, or a line of it makes `isEnough` true. */
  readonly maxCharacters: number;
  readonly patienceMs?: number;
  /** Asked with all text so far. */
  readonly isEnough?: (text: string) => boolean;
}

export interface Answer {
  readonly ok: true;
  /** Who answered: name and port. */
  readonly host: string;
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** As much of the body as was read. */
  readonly text: string;
}

/** Asks once, follows nothing. Closes the connection before it gives the answer, whatever the server still sends. */
export async function exchange(question: Question, limit: TimeLimit): Promise<Answer | ProbeFailure> {
  const { url } = question;
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const { method, headers } = question;
  const call = request(url, { method, headers, agent: false, signal: limit.signal, ...REACHING });
  try {
    const response = await responseTo(call, question, limit);
    return "ok" in response ? response : await readAnswer(response, question, limit);
  } finally {
    call.destroy();
  }
}

function responseTo(call: ClientRequest, { url, body }: Question, limit: TimeLimit) {
  let isConnected = false;
  return new Promise<IncomingMessage | ProbeFailure>((resolve) => {
    const fail = (error: unknown): void => {
      const isOver = limit.signal.aborted;
      resolve(isOver ? limit.over(...lateness(url, isConnected)) : connectFault(error, url.host));
    };
    call
      .once("socket", (socket) => socket.once("connect", () => (isConnected = true)))
      .once("response", resolve)
      .on("error", fail)
      .once("close", () => fail(Object.assign(new Error("closed"), { code: "ECONNRESET" })))
      .end(body);
  });
}

function lateness({ host }: URL, isConnected: boolean): Parameters<TimeLimit["over"]> {
  if (isConnected) return [`${host} accepted the connection and did not answer`, "unwell"];
  return [`${host} did not accept a connection`, "unclear"];
}

/** The status counts: a body that breaks off, has no end or comes too slowly is left. */
function readAnswer(response: IncomingMessage, question: Question, limit: TimeLimit): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const { maxCharacters, patienceMs, isEnough = () => false } = question;
  let text = "";
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve({ ok: true, host: question.url.host, status, headers, text });
    };
    const timer = patienceMs === undefined ? undefined : setTimeout(done, patienceMs);
    limit.signal.addEventListener("abort", done, { once: true });
    response
      .on("error", done)
      .once("close", done)
      .setEncoding("utf8")
      .on("data", (chunk: string) => {
        text += chunk;
        if (text.length > maxCharacters || (chunk.includes("\n") && isEnough(text))) done();
      });
  });
}
