import type { Host } from "../core/host.ts";
import type { Pin } from "../manifest/lock.ts";

/** What making a pin needs to know beside the words of the command. */
export interface PinContext {
  readonly host: Host;
  readonly cacheDirectory: string;
  /** No network: only what the tools have in their own caches. */
  readonly offline?: boolean;
  /** Versions that were published later than this are not chosen. 0: all are. */
  readonly minimumReleaseAgeMs: number;
}

/** A pin, with the text of the dependency tree that its `tree` names. */
export interface Pinned {
  readonly pin: Pin;
  readonly treeText?: string;
}

export function unpinned(reason: string): Pinned {
  return { pin: { type: "unpinned", reason } };
}
