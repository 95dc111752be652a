import { createHash } from "node:crypto";
import type { Json } from "../core/json.ts";
import type { Approval, LockedPlugin } from "../manifest/lock.ts";

/**
 * `sha256-<hex>` of everything in the lock that decides what a plugin runs: its source, its content, what its servers' commands were
 * pinned to. An approval holds for exactly that. For a linked folder, whose content is live, of what it can do.
 */
export function approvedDigest(locked: LockedPlugin, grants: readonly string[]): string {
  const { source, integrity, version, commit, packageIntegrity, archiveSha256, imageDigest, programs } = locked;
  const isLive = source.type === "local" && source.link === true;
  const what = isLive
    ? { source, grants }
    : { source, integrity, version, commit, packageIntegrity, archiveSha256, imageDigest, programs };
  return `sha256-${createHash("sha256")
    .update(JSON.stringify(sorted(what)))
    .digest("hex")}`;
}

/** `grants` are asked for only where they count. */
export function isApproved(locked: LockedPlugin, grants: () => readonly string[]): boolean {
  if (locked.approval === undefined) return false;
  const isLive = locked.source.type === "local" && locked.source.link === true;
  return locked.approval.digest === approvedDigest(locked, isLive ? grants() : []);
}

export interface GrantsDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What is new and what is gone since it was approved; everything is new where it never was. */
export function diffGrants(before: Approval | undefined, grants: readonly string[]): GrantsDiff {
  const known = new Set(before?.grants ?? []);
  const now = new Set(grants);
  return {
    added: grants.filter((line) => !known.has(line)),
    removed: [...known].filter((line) => !now.has(line)).sort(),
  };
}

function sorted(value: unknown): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return (value ?? null) as Json;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}
