import type { ToolNames } from "../tool-filter.ts";

type Word = "allow" | "warn" | "deny";

/** What stands between a server and its client: plain JSON, so that a start can remember it. */
export interface GuardRules {
  readonly server: string;
  readonly filter?: ToolNames;
  /** Present with `guard: true`. */
  readonly compare?: {
    /** The recorded texts and their digest; absent: nothing was recorded. */
    readonly record?: { readonly file: string; readonly digest: string };
    readonly changed: Word;
    readonly hidden: Word;
  };
}
