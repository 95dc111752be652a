import { failed, type ProbeFailure } from "./health-check.ts";

/** Codes of errors that mean more than that the connection broke. Sources: errno(3), Node's errors and dns, OpenSSL's x509 codes. */
const FAULTS: readonly (readonly [RegExp, ProbeFailure["why"], (where: string, code: string) => string])[] = [
  [/^ECONNREFUSED$/, "down", (where) => `nothing listens on ${where}`],
  [/^(ENOTFOUND|EAI_\w+)$/, "unclear", (where) => `no address is known for ${where}`],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN)$/, "unclear", (where) => `${where} cannot be reached`],
  [/^(EACCES|EPERM)$/, "unclear", (where) => `connecting to ${where} is not allowed here`],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, "unwell", (where) => `${where} closed the connection without an answer`],
  [/^HPE_HEADER_OVERFLOW$/, "unwell", (where) => `${where} sends headers without end`],
  [/^(HPE_\w+|ERR_HTTP\w*)$/, "unwell", (where) => `${where} does not speak HTTP`],
  [/^(EPROTO|ERR_SSL_\w+)$/, "unwell", (where) => `${where} does not speak TLS`],
  [
    /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|CRL/,
    "unwell",
    (where, code) => `the certificate of ${where} is not trusted (${code})`,
  ],
];

/** An error of a socket or of HTTP in plain words. Of the error only its code is told: its message may repeat what was sent. */
export function connectFault(error: unknown, where: string): ProbeFailure {
  const code = codeOf(error);
  const known = FAULTS.find(([codes]) => codes.test(code));
  if (known === undefined) return failed("unclear", `${where} could not be asked (${code})`);
  const [, why, words] = known;
  return failed(why, words(where, code));
}

/** Where a name has several addresses, each attempt has its own error; the first is that of the preferred address. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "no reason given";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : error.name;
}
