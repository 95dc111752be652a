import type { SecretKey } from "../../backup/read-backup.ts";
import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";

/** Public keys of all machines of the home. @throws AtkError E_ENV when this machine could not open what it encrypts */
export async function recipientKeys(context: Context): Promise<readonly string[]> {
  const { nameOfKey, ownMachine, readStore } = await import("../secret-file.ts");
  const [{ secrets, path }, own] = await Promise.all([readStore(context), ownMachine(context)]);
  if (own !== undefined && nameOfKey(secrets.recipients, own.key) !== undefined)
    return [...secrets.recipients.values()].map(({ key }) => key);
  throw new AtkError("E_ENV", "the backup is to be encrypted, and this machine has no access to the home's secrets", {
    at: { file: path },
    hint: "atk secret request (the first machine has access at once), or encrypt: false",
  });
}

/** Gives this machine's key when it is needed. */
export function secretKeyOf({ host }: Context): SecretKey {
  return async () => {
    const { readIdentity } = await import("../../secrets/identity-file.ts");
    const identity = await readIdentity(host);
    if (identity !== undefined) return identity.secretKey();
    throw new AtkError("E_ENV", "the backup is encrypted, and this machine has no identity to open it with", {
      hint: "bring the identity of a machine that had access: docs/backups.md",
    });
  };
}
