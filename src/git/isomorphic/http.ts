import type { HttpClient } from "isomorphic-git";

/** isomorphic-git's client over `fetch`, given up when the signal fires. */
export async function createHttp(signal: AbortSignal): Promise<HttpClient> {
  const { request } = await import("isomorphic-git/http/web");
  return { request: async (call) => request({ ...call, signal }) };
}

/** isomorphic-git itself only speaks http(s). */
export function isHttp(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
