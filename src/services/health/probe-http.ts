import { exchange, type Answer } from "./http-exchange.ts";
import { failed, WELL, type HealthCheck, type ProbeFailure, type ProbeOutcome } from "./health-check.ts";
import { isRedirect, sameOriginTarget } from "./redirect.ts";
import type { TimeLimit } from "./time-limit.ts";

type HttpCheck = Extract<HealthCheck, { kind: "http" }>;

const MAX_REDIRECTS = 5;
/** The body says nothing, but many a server logs an error when nobody takes it. */
const DRAIN_MS = 200;

/**
 * Well when a GET is answered with an expected status; for the default see HealthCheck. A redirect on the same origin is followed;
 * one that leads elsewhere is an answer of this service, and well. (Kubernetes' HTTP probes do the same.)
 */
export async function probeHttp({ url, expect }: HttpCheck, limit: TimeLimit): Promise<ProbeOutcome> {
  if (!isHttpAddress(url)) return failed("unclear", "the health address is not an http or https address");
  const isWell = expect === undefined ? defaultFor(new URL(url)) : (status: number) => expect.includes(status);
  let target = new URL(url);
  for (let step = 0; step <= MAX_REDIRECTS; step += 1) {
    const answer = await get(target, limit);
    if (!answer.ok) return answer;
    const next = expect?.includes(answer.status) === true ? undefined : sameOriginTarget(answer, target);
    if (next === undefined) return judge(answer, isWell);
    target = next;
  }
  return failed("unwell", `${target.host} redirects without end`);
}

export function isHttpAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function get(url: URL, limit: TimeLimit): Promise<Answer | ProbeFailure> {
  const headers = { accept: "*/*", "user-agent": "atk" };
  return exchange({ url, method: "GET", headers, maxCharacters: 65_536, patienceMs: DRAIN_MS }, limit);
}

function defaultFor({ pathname, search }: URL): (status: number) => boolean {
  const isBare = pathname === "/" && search === "";
  return (status) => status < (isBare ? 500 : 400);
}

function judge({ host, status, headers }: Answer, isWell: (status: number) => boolean): ProbeOutcome {
  if (isWell(status)) return WELL;
  const where = isRedirect(status) && headers.location !== undefined ? " (a redirect)" : "";
  return failed("unwell", `${host} answered with status ${status}${where}`);
}
