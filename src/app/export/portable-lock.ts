import type { JsonObject } from "../../core/json.ts";
import type { Lock, LockedPlugin } from "../../manifest/lock.ts";

/** The lock of what is exported: what its content is, and not who allowed it, what it said, or what it was pinned to here. */
export function portableLock(lock: Lock, plugins: readonly string[]): JsonObject {
  const kept = plugins.flatMap((name) => {
    const locked = lock.plugins[name];
    return locked === undefined ? [] : [[name, portable(locked)] as const];
  });
  return { lockVersion: 1, plugins: Object.fromEntries(kept) } as unknown as JsonObject;
}

/**
 * Pins go by dependency trees, which are files beside the lock and far larger than it; approvals are somebody's word on a machine
 * of theirs. Both are made anew where the file is taken in.
 */
function portable({ programs: _pins, tools: _tools, approval: _approval, ...rest }: LockedPlugin): LockedPlugin {
  return rest;
}
