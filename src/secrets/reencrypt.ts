import { countKeys, encryptFor } from "./age.ts";
import { setRotate, setSecret } from "./edit-secrets.ts";
import type { Identity } from "./identity-file.ts";
import { openAll } from "./open-secrets.ts";
import { parseSecrets } from "./parse-secrets.ts";
import type { SecretsFile } from "./secrets-file.ts";
import { keysOf } from "./set-value.ts";

export interface Reencrypted {
  readonly text: string;
  /** Names of the secrets that were encrypted anew. */
  readonly secrets: readonly string[];
}

/**
 * The text with these secrets encrypted anew for the recipients it names now.
 * @throws AtkError E_ENV naming what this identity cannot open; then nothing is changed.
 */
export async function reencrypt(
  text: string,
  { secrets, identity }: { readonly secrets: ReadonlyMap<string, string>; readonly identity: Identity },
  file: string,
): Promise<Reencrypted> {
  const values = await openAll(secrets, identity, file);
  const keys = keysOf((await parseSecrets(text, file)).recipients);
  let edited = text;
  for (const [name, value] of values) edited = await setSecret(edited, name, await encryptFor(value, keys), file);
  return { text: edited, secrets: [...values.keys()] };
}

/**
 * Secrets that are encrypted for more or fewer machines than the file names: two branches were merged (one set a value while the
 * other changed the machines), or somebody wrote a machine into the file by hand.
 */
export function unevenSecrets({ secrets, recipients }: SecretsFile): readonly string[] {
  return [...secrets].filter(([, value]) => countKeys(value) !== recipients.size).map(([name]) => name);
}

/**
 * The text with the uneven secrets encrypted for just the machines it names. Those that one more machine could open are to be rotated.
 * The caller shows the names of the machines first: a machine that was written in by hand gets to read these secrets.
 * @throws AtkError E_ENV naming what this identity cannot open; then nothing is changed.
 */
export async function evenOut(text: string, identity: Identity, file: string): Promise<Reencrypted> {
  const now = await parseSecrets(text, file);
  const uneven = new Set(unevenSecrets(now));
  const secrets = new Map([...now.secrets].filter(([name]) => uneven.has(name)));
  const result = await reencrypt(text, { secrets, identity }, file);
  let edited = result.text;
  for (const [name, before] of secrets) {
    if (countKeys(before) <= now.recipients.size || now.rotate.has(name)) continue;
    edited = await setRotate(edited, name, "it was still encrypted for a removed machine", file);
  }
  return { ...result, text: edited };
}
