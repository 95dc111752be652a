import { AtkError } from "../core/errors.ts";
import type { Invocation } from "./command.ts";
import type { Session } from "./session.ts";

/** Yes by --yes, or by a person at the terminal; false when the person says no. @throws AtkError E_USAGE when nobody is there to ask */
export async function confirm(
  question: string,
  hint: string,
  { options }: Invocation,
  session: Session,
): Promise<boolean> {
  if (options.flag("yes")) return true;
  if (!session.interactive) throw new AtkError("E_USAGE", "nobody is here to ask, so nothing was changed", { hint });
  return (await import("./ask.ts")).askYesNo(question);
}
