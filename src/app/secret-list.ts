import { decrypt } from "../secrets/age.ts";
import { unevenSecrets } from "../secrets/reencrypt.ts";
import type { Context } from "./context.ts";
import { readInputs } from "./inputs.ts";
import { nameOfKey, ownMachine, readStore } from "./secret-file.ts";
import { secretUses, type SecretUse } from "./secret-uses.ts";

export interface ListedSecret {
  readonly name: string;
  readonly isSet: boolean;
  /** false where this machine has no access, and for what is not set. */
  readonly readableHere: boolean;
  /** Why it needs a new value: a machine that knew it lost access. */
  readonly rotate?: string;
  /** It is encrypted for more or fewer machines than the store has. */
  readonly uneven: boolean;
  readonly usedBy: readonly SecretUse[];
}

/** Every secret that is set or that the manifest names, sorted by name. Shows no value. @throws AtkError E_MANIFEST, E_FILE */
export async function listSecrets(context: Context): Promise<readonly ListedSecret[]> {
  const [{ written }, { secrets: store }, own] = await Promise.all([
    readInputs(context),
    readStore(context),
    ownMachine(context),
  ]);
  const uses = secretUses(written);
  const uneven = new Set(unevenSecrets(store));
  const hasAccess = nameOfKey(store.recipients, own?.key) !== undefined;
  const names = new Set([...store.secrets.keys(), ...uses.map(({ secret }) => secret)]);
  return Promise.all(
    [...names].sort().map(async (name) => {
      const ciphertext = store.secrets.get(name);
      const rotate = store.rotate.get(name);
      // An age file does not say whose it is; only where it may be another's is it tried.
      const opens = async (text: string, key: string) => (await decrypt(text, key)).is === "open";
      const readableHere =
        ciphertext !== undefined &&
        own !== undefined &&
        (uneven.has(name) ? await opens(ciphertext, own.identity.secretKey()) : hasAccess);
      return {
        name,
        isSet: ciphertext !== undefined,
        readableHere,
        ...(rotate === undefined ? {} : { rotate }),
        uneven: uneven.has(name),
        usedBy: uses.filter(({ secret }) => secret === name),
      };
    }),
  );
}
