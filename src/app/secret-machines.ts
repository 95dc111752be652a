import { AtkError } from "../core/errors.ts";
import { publicKeyOf } from "../secrets/age.ts";
import { ensureIdentity } from "../secrets/create-identity.ts";
import { approve, removeRecipient, requestAccess } from "../secrets/machines.ts";
import { NEXT } from "../secrets/next-steps.ts";
import { unevenSecrets } from "../secrets/reencrypt.ts";
import type { SecretsFile } from "../secrets/secrets-file.ts";
import type { Committed } from "./commit-written.ts";
import type { Context } from "./context.ts";
import { changeSecrets, type SecretsChanged } from "./secret-change.ts";
import { nameOfKey, ownMachine, ownName, readStore, type OwnMachine } from "./secret-file.ts";
import { dayOf } from "./secret-set.ts";

export interface ListedMachine {
  readonly name: string;
  /** `age1...` */
  readonly key: string;
  /** YYYY-MM-DD */
  readonly since?: string;
  readonly isThis: boolean;
}

export interface MachinesReport {
  readonly recipients: readonly ListedMachine[];
  readonly requests: readonly ListedMachine[];
  /** Secrets that are encrypted for more or fewer machines than those. */
  readonly uneven: readonly string[];
  /** Secrets that a removed machine knew. */
  readonly rotate: readonly string[];
}

/** Who can open the secrets, and who asks to. Opens none. @throws AtkError E_MANIFEST, E_FILE */
export async function listMachines(context: Context): Promise<MachinesReport> {
  const [{ secrets }, own] = await Promise.all([readStore(context), ownMachine(context)]);
  return {
    recipients: listed(secrets.recipients, own),
    requests: listed(secrets.requests, own),
    uneven: unevenSecrets(secrets),
    rotate: [...secrets.rotate.keys()],
  };
}

function listed(machines: SecretsFile["recipients"], own: OwnMachine | undefined): readonly ListedMachine[] {
  return [...machines].map(([name, machine]) => ({ name, ...machine, isThis: machine.key === own?.key }));
}

export interface AccessRequested {
  /** The name this machine has in the store. */
  readonly machine: string;
  readonly key: string;
  /** granted: it is the first machine, or had access already. */
  readonly access: "granted" | "requested";
  readonly changed: boolean;
  readonly newIdentity?: string;
  readonly committed?: Committed;
}

/**
 * Writes this machine into the store as one that asks for access; makes its identity first where it has none.
 * @throws AtkError E_NAME when another machine has the name
 */
export async function requestMachine(named: string | undefined, context: Context): Promise<AccessRequested> {
  const { host } = context;
  const wanted = named ?? ownName(context);
  const done = await changeSecrets(
    `Request access to the secrets for '${wanted}'`,
    async ({ text, path, secrets }) => {
      const known = await ownMachine(context);
      const identity = await ensureIdentity(host);
      const key = await publicKeyOf(identity.secretKey());
      const asked = await requestAccess(text, { name: wanted, key, since: dayOf(host.now()) }, path);
      const machine = nameOfKey(secrets.recipients, key) ?? nameOfKey(secrets.requests, key) ?? wanted;
      const made = known === undefined ? { newIdentity: identity.place } : {};
      return { text: asked.text, result: { machine, key, access: asked.access, ...made } };
    },
    context,
  );
  return flat(done);
}

export interface MachineChanged {
  readonly machine: string;
  readonly key: string;
  /** Names of all machines that have access now. */
  readonly machines: readonly string[];
  /** Names of the secrets that were encrypted anew. */
  readonly secrets: readonly string[];
  readonly changed: boolean;
  readonly committed?: Committed;
}

export interface Approving {
  readonly machine: string;
  /** The key a person has seen; another one in the file is refused. */
  readonly key: string | undefined;
}

/** Gives a machine that asked access to every secret. @throws AtkError E_NAME, E_ENV: nothing is changed then */
export async function approveMachine({ machine, key }: Approving, context: Context): Promise<MachineChanged> {
  const done = await changeSecrets(
    `Give '${machine}' access to the secrets`,
    async ({ text, path, secrets: before }) => {
      const { identity } = await requireOwn(path, context);
      const since = dayOf(context.host.now());
      const given = key === undefined ? {} : { key };
      const { text: after, secrets } = await approve(text, { name: machine, since, identity, ...given }, path);
      const machines = [...before.recipients.keys(), machine];
      return { text: after, result: { machine, key: before.requests.get(machine)?.key ?? "", machines, secrets } };
    },
    context,
  );
  return flat(done);
}

/** Takes access from a machine; `secrets` are those that need a new value now. @throws AtkError E_NAME, E_ENV: nothing is changed then */
export async function removeMachine(machine: string, context: Context): Promise<MachineChanged> {
  const done = await changeSecrets(
    `Take access to the secrets from '${machine}'`,
    async ({ text, path, secrets: before }) => {
      const { identity } = await requireOwn(path, context);
      const removal = { name: machine, on: dayOf(context.host.now()), identity };
      const { text: after, secrets } = await removeRecipient(text, removal, path);
      const machines = [...before.recipients.keys()].filter((name) => name !== machine);
      return { text: after, result: { machine, key: before.recipients.get(machine)?.key ?? "", machines, secrets } };
    },
    context,
  );
  return flat(done);
}

/** @throws AtkError E_ENV when this machine has no identity yet */
async function requireOwn(file: string, context: Context): Promise<OwnMachine> {
  const own = await ownMachine(context);
  if (own !== undefined) return own;
  throw new AtkError("E_ENV", `this machine has no identity, so it cannot open the secrets in ${file}`, {
    at: { file },
    hint: NEXT.request,
  });
}

function flat<T>({ result, changed, committed }: SecretsChanged<T>): T & { changed: boolean; committed?: Committed } {
  return { ...result, changed, ...(committed === undefined ? {} : { committed }) };
}
