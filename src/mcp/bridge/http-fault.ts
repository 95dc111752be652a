import { STATUS_CODES } from "node:http";

/** An exchange that failed, in words for people: the server's origin, what happened, and never a value that was sent. */
export class HttpFault extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.name = "HttpFault";
    this.status = status;
  }
}

export function statusFault(origin: string, status: number, detail?: string): HttpFault {
  const title = STATUS_CODES[status] ?? "";
  const said = detail === undefined ? "" : `: ${detail}`;
  return new HttpFault(`${origin} answered ${`${status} ${title}`.trim()}${said}${adviceFor(status)}`, status);
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return " (check the value of its headers)";
  if (status === 404 || status === 405) return " (check its address)";
  return "";
}

/** Only the code is shown: texts of the libraries below can hold what was sent. */
export function connectionFault(origin: string, error: unknown): HttpFault {
  const code = codeOf(error);
  const known = code === undefined ? undefined : WORDS[code];
  const why = known ?? (isCertificate(code) ? "its certificate is not trusted" : "the connection failed");
  return new HttpFault(`${origin} cannot be reached: ${why}${code === undefined ? "" : ` (${code})`}`);
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was closed",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no network",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name of the host could not be looked up",
  ETIMEDOUT: "it did not answer in time",
  EPROTO: "it does not speak TLS there",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS there",
  UND_ERR_CONNECT_TIMEOUT: "it did not answer in time",
  UND_ERR_HEADERS_TIMEOUT: "it did not answer in time",
  UND_ERR_BODY_TIMEOUT: "it was silent for too long",
  UND_ERR_SOCKET: "the connection was closed",
};

/** The codes of OpenSSL's and Node's checks. (nodejs.org/api/tls.html, X509 certificate error codes) */
function isCertificate(code = ""): boolean {
  return /CERT|SIGNATURE|ISSUER/.test(code);
}

/** fetch says "fetch failed"; the code is on its cause, for several addresses on one of the causes of that. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(error.code)) return error.code;
  if (error instanceof AggregateError) return error.errors.map(codeOf).find((code) => code !== undefined);
  return codeOf(error.cause);
}
