import { printable } from "./paint.ts";
import type { Session } from "./session.ts";

/** One thing of several that went wrong; the others went on. */
export function sayFault(
  what: string,
  { message, hint }: { readonly message: string; readonly hint?: string },
  session: Session,
): void {
  session.say(`! ${printable(`${what}: ${message}`)}${hint === undefined ? "" : `\n  next: ${printable(hint)}`}`);
}
