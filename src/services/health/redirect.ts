import type { Answer } from "./http-exchange.ts";

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** Where an answer leads on the same origin; undefined for any other answer. What is sent along is never sent to somebody else. */
export function sameOriginTarget({ status, headers }: Answer, from: URL): URL | undefined {
  const { location } = headers;
  if (!isRedirect(status) || location === undefined || !URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  if (target.origin !== from.origin) return undefined;
  target.username = from.username;
  target.password = from.password;
  return target;
}
