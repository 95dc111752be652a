import { AtkError } from "../core/errors.ts";
import { encryptFor } from "./age.ts";
import { dropRotate, setSecret } from "./edit-secrets.ts";
import { checkName } from "./names.ts";
import { NEXT } from "./next-steps.ts";
import { parseSecrets } from "./parse-secrets.ts";
import { checkValue } from "./value.ts";

export interface SetValue {
  readonly text: string;
  /** Names of the machines that can open it. */
  readonly machines: readonly string[];
}

/**
 * The text of a `secrets.yaml` with a value set, encrypted for all its machines; it counts as rotated then. Needs no identity.
 * @throws AtkError E_NAME for the name, E_ENV for the value or when there is no machine to encrypt for, E_MANIFEST for the text.
 */
export async function setValue(
  text: string,
  { name, value }: { readonly name: string; readonly value: string },
  file: string,
): Promise<SetValue> {
  checkName(name, "secret");
  checkValue(value, name);
  const { recipients } = await parseSecrets(text, file);
  if (recipients.size === 0) {
    throw new AtkError("E_ENV", `cannot encrypt ${name}: ${file} names no machine to encrypt for`, {
      at: { file },
      hint: NEXT.request,
    });
  }
  const ciphertext = await encryptFor(value, keysOf(recipients));
  const set = await setSecret(text, name, ciphertext, file);
  return { text: await dropRotate(set, name, file), machines: [...recipients.keys()] };
}

export function keysOf(machines: ReadonlyMap<string, { readonly key: string }>): readonly string[] {
  return [...machines.values()].map(({ key }) => key);
}
