import { AtkError } from "../../core/errors.ts";
import { connectionFault, HttpFault } from "./http-fault.ts";
import { withoutTimeLimits } from "./without-time-limits.ts";

export type Fetch = typeof globalThis.fetch;

export interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Another address of the same origin. */
  readonly url?: URL;
}

/** One remote server, and the headers that only it gets. */
export interface Endpoint {
  readonly url: URL;
  readonly origin: string;
  /** @throws HttpFault when there is no answer, or a redirect that may not be followed. */
  request(call: Call): Promise<Response>;
  /** Texts that must not be repeated: the values of headers, and what a URL hides. */
  readonly hidden: readonly string[];
}

export interface Address {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch?: Fetch | undefined;
}

/** @throws AtkError E_ENV when the address or a header cannot be sent as it is; names it, never its value. */
export function createEndpoint({ url: text, headers, fetch }: Address): Endpoint {
  const url = parseUrl(text);
  const own = { ...userInformation(url), ...checked(headers) };
  url.username = "";
  url.password = "";
  url.hash = "";
  return {
    url,
    origin: url.origin,
    hidden: [
      ...Object.values(own).flatMap((value) => [value, value.split(" ").at(-1) ?? ""]),
      ...url.searchParams.values(),
    ],
    request: (call) => follow({ ...call, headers: { ...own, ...call.headers } }, url, fetch),
  };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new AtkError("E_ENV", "the server's url is not an http or https address");
}

/** fetch refuses an address with a user in it, and would repeat the password. (WHATWG Fetch, new Request, step 6) */
function userInformation(url: URL): Readonly<Record<string, string>> {
  if (url.username === "" && url.password === "") return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** fetch would repeat a wrong value in its error. Names in lower case, so that none is sent twice. */
function checked(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()] as const);
  for (const [name, value] of pairs) {
    if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) continue;
    throw new AtkError("E_ENV", `the header ${JSON.stringify(name)} has characters that HTTP cannot send`, {
      hint: "a header's value is one line of plain text",
    });
  }
  return Object.fromEntries(pairs);
}

const MAX_REDIRECTS = 5;

/** Redirects within the origin only: another one must not get the headers. */
async function follow(call: Call, start: URL, fetch: Fetch | undefined): Promise<Response> {
  let url = call.url ?? start;
  for (let followed = 0; ; followed += 1) {
    const response = await once(call, url, fetch);
    const target = redirectOf(response, url);
    if (target === undefined) return response;
    await response.body?.cancel();
    if (target.origin !== start.origin)
      throw new HttpFault(
        `${start.origin} redirects to ${target.origin}, which must not get its headers (use that address)`,
      );
    if (followed === MAX_REDIRECTS) throw new HttpFault(`${start.origin} redirects again and again`);
    // Any other redirect would turn a POST into a GET and lose the message. (WHATWG Fetch, HTTP-redirect fetch)
    if (call.method !== "GET" && response.status !== 307 && response.status !== 308)
      throw new HttpFault(
        `${start.origin} redirects with status ${response.status}, which loses the message`,
        response.status,
      );
    url = target;
  }
}

function redirectOf(response: Response, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const location = response.headers.get("location");
  return location !== null && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}

async function once({ method, headers, body, signal }: Call, url: URL, own: Fetch | undefined): Promise<Response> {
  const init: RequestInit = { method, headers: { ...headers }, signal, redirect: "manual" };
  if (body !== undefined) init.body = body;
  try {
    return await (own === undefined ? fetch(url, { ...init, ...withoutTimeLimits() }) : own(url, init));
  } catch (error) {
    if (signal.aborted) throw error;
    throw connectionFault(url.origin, error);
  }
}
