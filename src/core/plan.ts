import type { Json } from "./json.ts";
import type { Problem } from "./errors.ts";
import type { Locator, Noun } from "./resource.ts";
import type { Verdict } from "./decide.ts";

/** One thing that would happen, as plain JSON. Holds digests and redacted views, never content. */
export interface Change {
  readonly address: string;
  readonly noun: Noun;
  readonly owner: string;
  readonly agents: readonly string[];
  readonly verdict: Verdict;
  readonly locator: Locator;
  /** Digest that must be there when it is applied; null: nothing there. */
  readonly expected: string | null;
  /** Digest that is promised afterwards; null: nothing there. */
  readonly after: string | null;
  /** What it is, in one line. */
  readonly summary?: string;
  /** Redacted views for people: present for create, update, drifted and unmanaged fragments. */
  readonly diff?: { readonly before?: Json; readonly after?: Json };
  /** Why it is blocked, or what to do about it. */
  readonly problem?: { readonly code: string } & Problem;
  /** For ignored: why, and the last day (`YYYY-MM-DD`). */
  readonly ignored?: { readonly reason: string; readonly until: string };
}

/** Edits that others have made where atk keeps entries: how many are to be answered, and which are left alone for now. */
export interface InboxSummary {
  readonly open: number;
  readonly ignored: readonly { readonly id: string; readonly reason: string; readonly until: string }[];
}

export interface Summary {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly adopt: number;
  readonly forget: number;
  readonly unchanged: number;
  /** Drifted, unmanaged and blocked: atk leaves them alone until told what to do. */
  readonly attention: number;
}

/**
 * The whole plan. `format_version` grows in its first number only when a reader would break.
 * Equal inputs give byte-equal plans: no time stamps, sorted by address.
 */
export interface Plan {
  readonly format_version: "1.0";
  readonly scope: "user" | "project";
  readonly manifest: string;
  /** Digests of the inputs: a saved plan is refused when one of them has changed. */
  readonly inputs: { readonly manifest: string; readonly lock: string };
  /** Only these entries were planned; empty: all. */
  readonly selection: readonly string[];
  readonly changes: readonly Change[];
  readonly summary: Summary;
  /** Plugins of which nothing may run before somebody allows what they can do; absent when there are none. */
  readonly approvals?: readonly PlanApproval[];
  /** Edits of others; absent when there are none. See atk drift. */
  readonly inbox?: InboxSummary;
  /** What the user has to know although nothing is wrong, e.g. trust gates of clients. */
  readonly notices: readonly {
    readonly agent?: string;
    readonly owner?: string;
    readonly message: string;
    readonly hint?: string;
  }[];
}

/** What a plugin can do and nobody has allowed yet: new (create), or changed since it was allowed (update). */
export interface PlanApproval {
  readonly owner: string;
  readonly verdict: "create" | "update";
  /** Of exactly what is asked about. */
  readonly digest: string;
  /** What it can do, a line each, sorted. */
  readonly grants: readonly string[];
  /** Of those, what is new since the last approval. */
  readonly added: readonly string[];
  /** What it could do then and cannot any more. */
  readonly removed: readonly string[];
}

const PENDING: ReadonlySet<Verdict> = new Set(["create", "update", "delete", "adopt", "forget"]);
const ATTENTION: ReadonlySet<Verdict> = new Set(["drifted", "unmanaged", "blocked"]);

export function isPending(change: Change): boolean {
  return PENDING.has(change.verdict);
}

export function needsAttention(change: Change): boolean {
  return ATTENTION.has(change.verdict);
}

export function summarise(changes: readonly Change[]): Summary {
  const count = (verdict: Verdict): number => changes.filter((change) => change.verdict === verdict).length;
  return {
    create: count("create"),
    update: count("update"),
    delete: count("delete"),
    adopt: count("adopt"),
    forget: count("forget"),
    unchanged: count("noop"),
    attention: changes.filter(needsAttention).length,
  };
}
