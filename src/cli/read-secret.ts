import { AtkError } from "../core/errors.ts";
import type { Session } from "./session.ts";

const MOST_CHARACTERS = 128 * 1024;

/**
 * A value from a prompt that shows nothing, or else everything that stands on stdin. Never from the words of the command line, which every
 * process of the machine can read. @throws AtkError E_USAGE when there is neither
 */
export async function readSecret(name: string, session: Session): Promise<string> {
  if (session.interactive) return (await import("./ask.ts")).askSecret(`Value of ${name}`);
  if (session.stdinIsTerminal)
    throw new AtkError("E_USAGE", "nobody is here to ask for the value", {
      hint: `pipe it in: atk secret set ${name} < FILE`,
    });
  let text = "";
  for await (const chunk of session.streams().input.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > MOST_CHARACTERS) throw new AtkError("E_ENV", "what was piped in is too long for a secret");
  }
  return text;
}
