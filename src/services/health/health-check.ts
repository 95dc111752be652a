import type { Inside } from "../service.ts";
/** How one asks a service whether it is well. Everything is resolved: no variables are left in it. */
export type HealthCheck =
  | {
      readonly kind: "command";
      /** For the system's shell; exit code 0 means well. */
      readonly line: string;
      readonly cwd: string;
      /** On top of the machine's environment. May hold secrets. */
      readonly env: Readonly<Record<string, string>>;
      /** See `ServiceSpec.inside`. */
      readonly inside?: Inside | undefined;
    }
  | {
      readonly kind: "http";
      /** May hold a user and a password. */
      readonly url: string;
      /**
       * Status codes that mean well. Default: below 400 when the address has a path or a query (somebody named the place
       * that tells); anything below 500 when it has none, since many a good server has nothing to show at "/".
       */
      readonly expect?: readonly number[];
    }
  | {
      readonly kind: "tcp";
      readonly port: number;
      /** Default localhost: 127.0.0.1 or ::1. */
      readonly host?: string;
    }
  | {
      readonly kind: "mcp";
      readonly url: string;
      /** In clear; never shown. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Default http: streamable HTTP. */
      readonly transport?: "http" | "sse";
    };

/**
 * Why a probe failed.
 * down: nothing is there (nothing listens, the status command says no).
 * unwell: something is there, and it does not answer as it should.
 * unclear: nothing could be learned (a name without an address, a check that cannot be run).
 * aborted: the caller stopped the probe.
 */
export type FailureReason = "down" | "unwell" | "unclear" | "aborted";

export interface ProbeFailure {
  readonly ok: false;
  readonly why: FailureReason;
  /** A few plain words for a person, without paths, header values, passwords or output of the service. */
  readonly detail: string;
}

export type ProbeOutcome = { readonly ok: true } | ProbeFailure;

export const WELL: ProbeOutcome = { ok: true };

export function failed(why: FailureReason, detail: string): ProbeFailure {
  return { ok: false, why, detail };
}
