import { AtkError } from "../core/errors.ts";
import { publicKeyOf } from "../secrets/age.ts";
import { ensureIdentity } from "../secrets/create-identity.ts";
import { readIdentity, type Identity } from "../secrets/identity-file.ts";
import { approve, removeRecipient, requestAccess } from "../secrets/machines.ts";
import { NEXT } from "../secrets/next-steps.ts";
import { unevenSecrets } from "../secrets/reencrypt.ts";
import { readSecrets } from "../secrets/store.ts";
import { changeSecrets, type SecretsChanged } from "./change-secrets.ts";
import type { Context } from "./context.ts";
import { thisMachine } from "./secret-values.ts";
import { secretsOf } from "./secrets.ts";

export interface SecretMachine {
  readonly name: string;
  readonly key: string;
  readonly since?: string;
  /** requested: it asks, and can open nothing. */
  readonly access: "granted" | "requested";
  readonly isThis: boolean;
}

export interface SecretMachines {
  readonly machines: readonly SecretMachine[];
  /** Secrets that are encrypted for more or fewer machines than are listed, as after a merge. */
  readonly uneven: readonly string[];
}

/** Who can open the home's secrets, and who asks to. */
export async function listMachines(context: Context): Promise<SecretMachines> {
  const { file } = await secretsOf(context);
  const [secrets, identity] = await Promise.all([readSecrets(file, context.host), readIdentity(context.host)]);
  if (secrets === undefined) return { machines: [], uneven: [] };
  const own = identity === undefined ? undefined : await publicKeyOf(identity.secretKey());
  const listed = (access: SecretMachine["access"], found: typeof secrets.recipients): readonly SecretMachine[] =>
    [...found].map(([name, { key, since }]) => ({
      name,
      key,
      ...(since === undefined ? {} : { since }),
      access,
      isThis: key === own,
    }));
  return {
    machines: [...listed("granted", secrets.recipients), ...listed("requested", secrets.requests)],
    uneven: unevenSecrets(secrets),
  };
}

export interface Requested {
  readonly name: string;
  readonly key: string;
  readonly access: "granted" | "requested";
}

/** This machine asks for access; the first one has it at once. */
export async function requestMachine(name: string | undefined, context: Context): Promise<SecretsChanged<Requested>> {
  const key = await publicKeyOf((await ensureIdentity(context.host)).secretKey());
  const machine = { ...(await thisMachine(context)), ...(name === undefined ? {} : { name }), key };
  return changeSecrets<Requested>(
    `Ask for access to the secrets for '${machine.name}'`,
    async (text, file) => ({ ...(await requestAccess(text, machine, file)), name: machine.name, key }),
    context,
  );
}

export interface Reencrypted {
  readonly machine: string;
  /** Names of the secrets that were encrypted anew; of a removal: what has to be rotated. */
  readonly secrets: readonly string[];
}

/** Lets a machine in that asked. @throws AtkError E_NAME, E_ENV as `approve` */
export async function approveMachine(
  { name, key }: { readonly name: string; readonly key: string | undefined },
  context: Context,
): Promise<SecretsChanged<Reencrypted>> {
  const { since } = await thisMachine(context);
  const identity = await ownIdentity(context);
  const approval = { name, since, identity, ...(key === undefined ? {} : { key }) };
  return changeSecrets<Reencrypted>(
    `Let machine '${name}' read the secrets`,
    async (text, file) => ({ ...(await approve(text, approval, file)), machine: name }),
    context,
  );
}

/** Takes a machine's access away; what it knew has to be rotated. @throws AtkError E_NAME, E_ENV as `removeRecipient` */
export async function removeMachine(name: string, context: Context): Promise<SecretsChanged<Reencrypted>> {
  const { since: on } = await thisMachine(context);
  const identity = await ownIdentity(context);
  return changeSecrets<Reencrypted>(
    `Take the secrets from machine '${name}'`,
    async (text, file) => ({ ...(await removeRecipient(text, { name, on, identity }, file)), machine: name }),
    context,
  );
}

async function ownIdentity({ host }: Context): Promise<Identity> {
  const identity = await readIdentity(host);
  if (identity !== undefined) return identity;
  throw new AtkError("E_ENV", "this machine has no identity yet, so it can open no secret", { hint: NEXT.request });
}
