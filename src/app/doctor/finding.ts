import type { Place } from "../../core/errors.ts";

/** ok: as it should be. info: good to know. warning: works, and may not for long. problem: something does not work. */
export type FindingState = "ok" | "info" | "warning" | "problem";

/** One thing that was looked at. */
export interface Finding {
  /** Stable over versions: the check, and what it is about where there are several ("agents.cursor"). */
  readonly id: string;
  readonly title: string;
  readonly state: FindingState;
  /** What was found, one sentence. Never holds a secret. */
  readonly detail: string;
  /** One command that sets it right. */
  readonly fix?: string;
  readonly at?: Place;
}

/** What a check says; the check's id and title are added to it. */
export interface Answer extends Omit<Finding, "id" | "title"> {
  /** The one of several things that it is about. */
  readonly subject?: string;
}
