import type { Committed } from "../app/commit-written.ts";

/** ` Committed 1a2b3c4: Set secret 'NAME'`, or nothing. */
export function commitText({ committed }: { readonly committed?: Committed }): string {
  if (committed === undefined) return "";
  return ` Committed ${committed.commit.slice(0, 7)}${committed.pushed === "pushed" ? " and pushed" : ""}: ${committed.message}`;
}
