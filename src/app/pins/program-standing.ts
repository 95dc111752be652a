import type { Pin } from "../../manifest/lock.ts";
import { answers, type Fixed } from "../../pins/exact-words.ts";
import { readCommand, type Fetched } from "../../pins/read-command.ts";

/** How far it is certain what a server's command runs. */
export type ProgramStanding =
  /** It fetches nothing. */
  | { readonly state: "own" }
  | { readonly state: "pinned"; readonly fetched: Exclude<Fetched, { type: "unclear" }>; readonly pin: Fixed }
  /** `isLasting`: by its words, which no lock can name; trying again changes nothing. */
  | { readonly state: "unpinned"; readonly reason: string; readonly isLasting?: true }
  /** Nobody has tried yet: the next change that writes the lock does. */
  | { readonly state: "pending" };

/** What the lock says of a server's words. Pure. */
export function programStanding(words: readonly string[], pin: Pin | undefined, isPending: boolean): ProgramStanding {
  const fetched = readCommand(words);
  if (fetched === undefined) return { state: "own" };
  if (fetched.type === "unclear") return { state: "unpinned", reason: fetched.reason, isLasting: true };
  if (answers(pin, fetched)) return { state: "pinned", fetched, pin };
  if (pin?.type === "unpinned") return { state: "unpinned", reason: pin.reason };
  if (isPending) return { state: "pending" };
  return { state: "unpinned", reason: pin === undefined ? "the lock has no pin for it" : "it is not what was pinned" };
}
