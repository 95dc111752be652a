/** Hosts that nobody reaches from elsewhere, and those that are kept for examples. (RFC 2606, RFC 6761) */
const NO_HOST =
  /^(?:localhost|127\.[\d.]+|0\.0\.0\.0|\[::1\]|host(?:name)?|server|domain)$|(?:^|\.)(?:example(?:\.\w+)?|test|invalid|localhost)$/i;

/** `password`, `my-secret-1!`, `changeme` and the like. */
const NO_PASSWORD =
  /^(?:(?:my|your|the|a|db|user|super|some|very|strong|real|postgres|mysql|redis|mongo|api|auth|access|long)?[-_]?(?:password|passwd|passw0rd|pass|pwd|pw|secret|token|key|apikey|changeme|postgres|admin|letmein|here)[-_\d!.]*){1,3}$/i;

/** `$NAME`, `{name}`, `%s`, `***`; or a port, and what looks like user information belongs to something else. */
const NOT_WRITTEN_OUT = /^(?:\$|\{|%[A-Za-z_(]|\*|\(|\[|:|\d{2,5}[,;|)])/;

/** A variable, a word everybody uses, the user's name again, or an address that is no secret's: nothing to hide. */
export function isHarmlessPassword({ groups }: RegExpExecArray): boolean {
  const { user = "", host = "" } = groups ?? {};
  const secret = (groups?.["secret"] ?? "").replace(/%[0-9A-Fa-f]{2}/g, "+");
  if (NO_HOST.test(host) || secret === user) return true;
  return NOT_WRITTEN_OUT.test(secret) || NO_PASSWORD.test(secret) || !isStrong(secret);
}

const LEAST_LENGTH = 8;

/** Words in prose and in examples are letters only, or nothing but digits. */
function isStrong(secret: string): boolean {
  if (secret.length < LEAST_LENGTH) return false;
  return secret.length >= 16 ? /[A-Za-z]/.test(secret) : /[A-Za-z]/.test(secret) && /[^A-Za-z]/.test(secret);
}
