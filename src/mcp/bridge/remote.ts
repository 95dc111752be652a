import type { Desk } from "./desk.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Outgoing } from "./outgoing.ts";

/** A way to a remote server. */
export interface Remote {
  /**
   * Sends a message and sees to its answer. Resolves when the next one may be sent; never rejects, as every fault is told to
   * the client.
   */
  send(message: Outgoing): Promise<void>;
  /** Says goodbye, within `limitMs`. */
  end(limitMs: number): Promise<void>;
}

/** What every way to a server works with. */
export interface Surroundings {
  readonly endpoint: Endpoint;
  readonly desk: Desk;
  /** Talk for people, on stderr. */
  readonly note: (text: string) => void;
  /** The bridge ends: leave everything. */
  readonly signal: AbortSignal;
}
