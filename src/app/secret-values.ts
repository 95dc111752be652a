import { AtkError } from "../core/errors.ts";
import { publicKeyOf } from "../secrets/age.ts";
import { ensureIdentity } from "../secrets/create-identity.ts";
import { removeSecret } from "../secrets/edit-secrets.ts";
import { requestAccess } from "../secrets/machines.ts";
import { machineNameOf } from "../secrets/names.ts";
import { NEXT } from "../secrets/next-steps.ts";
import { parseSecrets } from "../secrets/parse-secrets.ts";
import { setValue } from "../secrets/set-value.ts";
import { readSecrets } from "../secrets/store.ts";
import { valueFromInput } from "../secrets/value.ts";
import { changeSecrets, type SecretsChanged } from "./change-secrets.ts";
import type { Context } from "./context.ts";
import { readInputs } from "./inputs.ts";
import { secretsOf } from "./secrets.ts";

export interface SecretSet {
  readonly name: string;
  /** Names of the machines that can open it. */
  readonly machines: readonly string[];
  /** Where this machine's identity is. */
  readonly identity: string;
  /** Entries of the manifest that use it: their servers have to be started again by their agents. */
  readonly usedBy: readonly string[];
}

/**
 * Sets a value, encrypted for every machine of the home. The first time this machine becomes the first of them.
 * `mustExist`: it is a rotation. @throws AtkError E_ENV for a value that cannot be kept, or when no machine could read it
 */
export async function setSecretValue(
  { name, value, mustExist }: { readonly name: string; readonly value: string; readonly mustExist: boolean },
  context: Context,
): Promise<SecretsChanged<SecretSet>> {
  const identity = await ensureIdentity(context.host);
  const usedBy = (await usersOf(context)).get(name) ?? [];
  const edit = async (text: string, file: string): Promise<{ readonly text: string } & SecretSet> => {
    const now = await parseSecrets(text, file);
    if (mustExist && !now.secrets.has(name)) throw notThere(name, file);
    const machine = { ...(await thisMachine(context)), key: await publicKeyOf(identity.secretKey()) };
    const begun = now.recipients.size === 0 ? (await requestAccess(text, machine, file)).text : text;
    const set = await setValue(begun, { name, value: valueFromInput(value) }, file);
    return { text: set.text, name, machines: set.machines, identity: identity.place, usedBy };
  };
  return changeSecrets<SecretSet>(`${mustExist ? "Rotate" : "Set"} secret '${name}'`, edit, context);
}

export async function thisMachine({ host }: Context): Promise<{ readonly name: string; readonly since: string }> {
  return { name: machineNameOf(host.machine.hostname), since: host.now().toISOString().slice(0, 10) };
}

/** @throws AtkError E_ENV when there is none of that name, or this machine cannot open it */
export async function getSecretValue(name: string, context: Context): Promise<string> {
  return (await secretsOf(context)).store.get(name);
}

export interface ListedSecret {
  readonly name: string;
  readonly usedBy: readonly string[];
  /** set; rotate: a machine that knew it has lost access; missing: used by the manifest and not set. */
  readonly state: "set" | "rotate" | "missing";
  /** Why it has to be rotated. */
  readonly reason?: string;
}

/** Every name, with who uses it. Decrypts nothing. */
export async function listSecrets(context: Context): Promise<readonly ListedSecret[]> {
  const { file } = await secretsOf(context);
  const secrets = await readSecrets(file, context.host);
  const users = await usersOf(context);
  const names = new Set([...(secrets?.secrets.keys() ?? []), ...users.keys()]);
  return [...names].sort().map((name): ListedSecret => {
    const reason = secrets?.rotate.get(name);
    const state = secrets?.secrets.has(name) !== true ? "missing" : reason === undefined ? "set" : "rotate";
    return { name, usedBy: users.get(name) ?? [], state, ...(reason === undefined ? {} : { reason }) };
  });
}

/** @throws AtkError E_ENV when there is none; E_USAGE while entries use it, unless `force` */
export async function removeSecretValue(
  { name, force }: { readonly name: string; readonly force: boolean },
  context: Context,
): Promise<SecretsChanged<{ readonly name: string }>> {
  const users = (await usersOf(context)).get(name) ?? [];
  if (users.length > 0 && !force)
    throw new AtkError("E_USAGE", `${users.join(", ")} still use${users.length === 1 ? "s" : ""} the secret ${name}`, {
      at: { file: context.workspace.manifestFile },
      hint: "take it out of the manifest first, or say --force",
    });
  const edit = async (text: string, file: string): Promise<{ readonly text: string; readonly name: string }> => {
    if (!(await parseSecrets(text, file)).secrets.has(name)) throw notThere(name, file);
    return { text: await removeSecret(text, name, file), name };
  };
  return changeSecrets<{ readonly name: string }>(`Remove secret '${name}'`, edit, context);
}

function notThere(name: string, file: string): AtkError {
  return new AtkError("E_ENV", `there is no secret ${name} in ${file}`, { at: { file }, hint: NEXT.set(name) });
}

/** Entries of the manifest by the secret they use. */
async function usersOf(context: Context): Promise<ReadonlyMap<string, readonly string[]>> {
  const { manifest } = await readInputs(context);
  const users = new Map<string, string[]>();
  const note = (owner: string, values: Readonly<Record<string, unknown>>): void => {
    for (const value of Object.values(values)) {
      if (typeof value !== "object" || value === null || !("secret" in value)) continue;
      const name = String(value.secret);
      users.set(name, [...new Set([...(users.get(name) ?? []), owner])]);
    }
  };
  for (const { name, env } of manifest.plugins) note(name, env);
  for (const [id, server] of Object.entries(manifest.servers)) note(id, "url" in server ? server.headers : server.env);
  return users;
}
