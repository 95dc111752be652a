import { AtkError } from "../core/errors.ts";
import { publicKeyOf } from "../secrets/age.ts";
import { ensureIdentity } from "../secrets/create-identity.ts";
import { NEXT } from "../secrets/next-steps.ts";
import { requestAccess } from "../secrets/machines.ts";
import { setValue } from "../secrets/set-value.ts";
import type { Committed } from "./commit-written.ts";
import type { Context } from "./context.ts";
import { changeSecrets, type EditSecrets } from "./secret-change.ts";
import { nameOfKey, ownMachine, ownName, readStore, type StoreFile } from "./secret-file.ts";
import { secretUses, type SecretUse } from "./secret-uses.ts";
import { refuseBadName, takeValue, type ValueSource } from "./secret-value.ts";

export interface SetRequest {
  readonly name: string;
  readonly source: ValueSource;
  /** There must be a value already (rotate). */
  readonly mustExist: boolean;
}

export interface SecretSet {
  readonly name: string;
  /** There was a value before. */
  readonly replaced: boolean;
  /** Names of the machines that can open it now. */
  readonly machines: readonly string[];
  /** This machine is one of them. */
  readonly readableHere: boolean;
  /** Places in the manifest that get the value. */
  readonly usedBy: readonly SecretUse[];
  /** The file with this machine's identity, when it was made just now. */
  readonly newIdentity?: string;
  readonly committed?: Committed;
}

/**
 * Gives a secret its value, encrypted for every machine of the store. The first use makes this machine's identity and its first machine.
 * The value is taken before anything is locked.
 * @throws AtkError E_NAME, E_ENV for the name and the value; as `changeSecrets`
 */
export async function setSecretValue({ name, source, mustExist }: SetRequest, context: Context): Promise<SecretSet> {
  refuseBadName(name);
  const before = await readStore(context);
  if (mustExist) refuseMissing(name, before);
  const value = await takeValue(source, name, context);
  const { result, committed } = await changeSecrets(
    `${mustExist ? "Rotate" : "Set"} secret '${name}'`,
    settingTo(name, value, mustExist, context),
    context,
  );
  return { ...result, ...(committed === undefined ? {} : { committed }) };
}

function settingTo(name: string, value: string, mustExist: boolean, context: Context): EditSecrets<SecretSet> {
  return async (store, { written }) => {
    if (mustExist) refuseMissing(name, store);
    const begun = await withFirstMachine(store, context);
    const { text, machines } = await setValue(begun.text, { name, value }, store.path);
    const own = await ownMachine(context).catch(ignoreBrokenIdentity);
    const result: SecretSet = {
      name,
      replaced: store.secrets.secrets.has(name),
      machines,
      readableHere: begun.isNew || nameOfKey(store.secrets.recipients, own?.key) !== undefined,
      usedBy: secretUses(written).filter(({ secret }) => secret === name),
      ...(begun.newIdentity === undefined ? {} : { newIdentity: begun.newIdentity }),
    };
    return { text, result };
  };
}

interface Begun {
  readonly text: string;
  /** This machine became the first one. */
  readonly isNew: boolean;
  readonly newIdentity?: string;
}

/** A store without any machine gets this one. */
export async function withFirstMachine({ text, path, secrets }: StoreFile, context: Context): Promise<Begun> {
  if (secrets.recipients.size > 0) return { text, isNew: false };
  const { host } = context;
  const known = await ownMachine(context);
  const identity = await ensureIdentity(host);
  const machine = {
    name: ownName(context),
    key: await publicKeyOf(identity.secretKey()),
    since: dayOf(host.now()),
  };
  const { text: begun, access } = await requestAccess(text, machine, path);
  return {
    text: begun,
    isNew: access === "granted",
    ...(known === undefined ? { newIdentity: identity.place } : {}),
  };
}

/** YYYY-MM-DD, in UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, "YYYY-MM-DD".length);
}

/** Encrypting needs no identity; one that cannot be used only means that nothing can be read here. */
function ignoreBrokenIdentity(error: unknown): undefined {
  if (!(error instanceof AtkError)) throw error;
  return undefined;
}

export function refuseMissing(name: string, { path, secrets }: StoreFile): void {
  if (secrets.secrets.has(name)) return;
  throw new AtkError("E_ENV", `there is no secret ${name} in ${path}`, { at: { file: path }, hint: NEXT.set(name) });
}
