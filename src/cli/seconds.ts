import { AtkError } from "../core/errors.ts";

/** What an option says in seconds, in milliseconds. @throws AtkError E_USAGE for anything but a number above 0. */
export function millisecondsOf(option: string, text: string | undefined, defaultSeconds: number): number {
  const seconds = Number(text ?? defaultSeconds);
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
  throw new AtkError("E_USAGE", `${option} takes a number of seconds, not '${text}'`);
}
