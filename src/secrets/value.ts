import { AtkError } from "../core/errors.ts";

export const MAX_VALUE_BYTES = 64 * 1024;

/** A value as it was piped in: one line ending at its end is taken off, because `echo` and editors put one there. */
export function valueFromInput(text: string): string {
  return text.replace(/\r?\n$/, "");
}

/** @throws AtkError E_ENV when a value is empty, larger than 64 KiB as UTF-8, or not text. Never quotes the value. */
export function checkValue(value: string, name: string): void {
  const fault = faultOf(value);
  if (fault === undefined) return;
  throw new AtkError("E_ENV", `cannot keep the value of ${name}: ${fault}`, {
    hint: `pipe the value of ${name} in as text`,
  });
}

function faultOf(value: string): string | undefined {
  if (value === "") return "it is empty";
  if (/\p{Surrogate}/u.test(value)) return "it is not text (half of a character)";
  const sizeBytes = Buffer.byteLength(value);
  return sizeBytes > MAX_VALUE_BYTES ? `it has ${sizeBytes} bytes, the most is ${MAX_VALUE_BYTES}` : undefined;
}
