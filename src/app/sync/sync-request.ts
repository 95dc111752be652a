import type { Answers } from "../../merge/merge-text.ts";
import type { Decisions } from "../choose-tasks.ts";
import type { Approval, ChangeOutcome } from "../change.ts";
import type { Plan } from "../../core/plan.ts";
import type { Question } from "./questions.ts";

export interface SyncRequest {
  readonly answers: Answers;
  /** Answers every question that has no answer of its own. */
  readonly prefer?: Side;
  readonly dryRun: boolean;
  /** false: nothing is pushed. */
  readonly push: boolean;
  /** Goes on although commits that were at the remote are gone there. */
  readonly acceptRewritten: boolean;
  /** Joins two histories that share no commit. */
  readonly acceptUnrelated: boolean;
  /** Of each call of the network. */
  readonly timeoutMs: number;
  /** Nobody looks at the plan: only what `policy.unattended` allows is done. */
  readonly unattended: boolean;
  readonly decisions: Decisions;
  /** Asks a person; absent: nobody is there. */
  readonly ask?: (question: Question) => Promise<Side>;
  /** Told what came in, before the plan. */
  readonly tookIn: (received: Received) => void;
  readonly approve: (plan: Plan, details: Approval) => Promise<boolean>;
}

export type Side = "ours" | "theirs";

/** What came of bringing this home and the remote together. */
export interface SyncOutcome {
  /** questions: nothing was changed; each needs an answer. dry-run: what would be. */
  readonly state: "synced" | "questions" | "dry-run";
  readonly remote?: string;
  readonly branch?: string;
  /** false: edits of the manifest or the lock stayed uncommitted, and were not synced. */
  readonly isCommitted: boolean;
  /** How what the remote has came in. */
  readonly taken: Taken;
  /** Commits that came in. */
  readonly received: number;
  /** Files that came in, from the top of the repository, sorted. */
  readonly files: readonly string[];
  readonly questions: readonly Question[];
  /** What was done on this machine; more than one when somebody else pushed meanwhile. */
  readonly changes: readonly ChangeOutcome[];
  readonly pushed: Pushed;
  /** Where the branch was before, kept under a reference of that name. */
  readonly kept?: string;
}

export type Received = Pick<SyncOutcome, "remote" | "branch" | "taken" | "received" | "files" | "kept" | "isCommitted">;

export type Taken = "nothing" | "fast-forward" | "merge" | "rewritten" | "offline";

export type Pushed =
  | { readonly state: "pushed" | "up-to-date" | "not-asked" }
  | { readonly state: "failed"; readonly reason: "rejected" | "timeout" | "unreachable"; readonly message: string };
