import type { IncomingMessage } from "node:http";
import { AtkError } from "../core/errors.ts";
import { maskUrl } from "../git/git-error.ts";

const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 120_000;

export interface HttpGet {
  readonly url: string;
  /** The answer's end; what is longer is given up. */
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the whole answer. Default: two minutes. */
  readonly timeoutMs?: number;
  /** What is thrown when the answer is too long. */
  readonly tooLong: () => Error;
}

/**
 * The bytes of an https address, exactly as they were sent; http only on this machine, and redirects by the same rule.
 * @throws AtkError E_SOURCE with the status or the fault; E_PLUGIN_NOT_FOUND for 404 and 410.
 */
export async function httpGet(request: HttpGet): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
  let url = checkedUrl(request.url, request.url);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const response = await send(url, request, signal);
    const location = redirectOf(response);
    if (location === undefined) return take(response, request, signal);
    response.destroy();
    url = checkedUrl(new URL(location, url).href, request.url);
  }
  throw new AtkError(
    "E_SOURCE",
    `${maskUrl(request.url)} leads from one address to the next more than ${MAX_REDIRECTS} times`,
  );
}

/** @throws AtkError E_SOURCE for anything but https, or http on this machine. */
function checkedUrl(address: string, asked: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const loopback = url !== undefined && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url !== undefined && (url.protocol === "https:" || (url.protocol === "http:" && loopback))) return url;
  const led = address === asked ? maskUrl(asked) : `${maskUrl(asked)} leads to ${maskUrl(address)}, which`;
  throw new AtkError("E_SOURCE", `${led} is not an https address`, { hint: "use the https address" });
}

async function send(url: URL, request: HttpGet, signal: AbortSignal): Promise<IncomingMessage> {
  const { get } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  // A server may not pack what is digested as it is.
  const headers = { "accept-encoding": "identity", "user-agent": "atk", ...request.headers };
  return new Promise((done, fail) => {
    get(url, { headers, signal }, done).on("error", (error) => fail(unreachable(request, error, signal)));
  });
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;
}

async function take(response: IncomingMessage, request: HttpGet, signal: AbortSignal): Promise<Uint8Array> {
  const { statusCode = 0 } = response;
  if (statusCode !== 200) {
    response.destroy();
    throw refused(request, statusCode);
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > request.maxBytes) throw request.tooLong();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AtkError ? error : unreachable(request, error, signal);
  }
  return Buffer.concat(chunks);
}

function refused({ url }: HttpGet, status: number): AtkError {
  const code = status === 404 || status === 410 ? "E_PLUGIN_NOT_FOUND" : "E_SOURCE";
  const hint =
    status === 401 || status === 403
      ? "it is not open to everybody: use git or npm, which know your account"
      : "check the address";
  return new AtkError(code, `${maskUrl(url)}: the server answered ${status}`, { hint });
}

function unreachable({ url, timeoutMs = TIMEOUT_MS }: HttpGet, error: unknown, signal: AbortSignal): AtkError {
  const said = signal.aborted
    ? `no end after ${timeoutMs / 1000} s (time limit)`
    : error instanceof Error
      ? error.message
      : String(error);
  return new AtkError("E_SOURCE", `cannot fetch ${maskUrl(url)}: ${said}`, {
    hint: "check the network and the address, then run it again",
    cause: error,
  });
}
