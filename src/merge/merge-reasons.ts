import { changedSide, eachOf, type Three } from "./three-way.ts";

type Reasons = ReadonlyMap<string, string>;

/** Why secrets are to be changed; reasons of both sides count, and one that a side added since counts more than that it was done. */
export function mergeReasons(reasons: Three<Reasons>, secrets: ReadonlySet<string>): Reasons {
  const merged = new Map<string, string>();
  for (const name of [...secrets].sort()) {
    const reason = mergeReason(eachOf(reasons, (side) => side.get(name)));
    if (reason !== undefined) merged.set(name, reason);
  }
  return merged;
}

function mergeReason(reason: Three<string>): string | undefined {
  const side = changedSide(reason, (a, b) => a === b);
  if (side !== undefined) return reason[side];
  const parts = [reason.ours, reason.theirs].flatMap((each) => each?.split("; ") ?? []);
  return [...new Set(parts)].sort().join("; ");
}
