import { AtkError } from "../core/errors.ts";
import { publicKeyOf } from "./age.ts";
import { dropRecipient, dropRequest, EMPTY_SECRETS, setRecipient, setRequest, setRotate } from "./edit-secrets.ts";
import type { Identity } from "./identity-file.ts";
import { checkName, shown } from "./names.ts";
import { NEXT } from "./next-steps.ts";
import { parseSecrets } from "./parse-secrets.ts";
import { reencrypt, type Reencrypted } from "./reencrypt.ts";
import type { MachineKey, SecretsFile } from "./secrets-file.ts";

export interface Access {
  readonly text: string;
  /** granted: it can open what is set from now on (the first machine), or could already. requested: another machine has to approve. */
  readonly access: "granted" | "requested";
}

export interface Machine extends MachineKey {
  readonly name: string;
}

/**
 * The text with a machine asking for access; the first machine of a file has it at once. Asking again changes nothing.
 * `text`: "" where there is no file yet.
 * @throws AtkError E_NAME when another machine has the name; E_MANIFEST for the text.
 */
export async function requestAccess(text: string, machine: Machine, file: string): Promise<Access> {
  const now = await parseSecrets(text, file);
  if (hasKey(now.recipients, machine.key)) return { text, access: "granted" };
  if (hasKey(now.requests, machine.key)) return { text, access: "requested" };
  refuseTaken(now, machine.name, file);
  const key = keyOf(machine);
  const begun = text === "" ? EMPTY_SECRETS : text;
  if (now.recipients.size === 0 && now.secrets.size === 0)
    return { text: await setRecipient(begun, machine.name, key, file), access: "granted" };
  return { text: await setRequest(begun, machine.name, key, file), access: "requested" };
}

function refuseTaken({ recipients, requests }: SecretsFile, name: string, file: string): void {
  checkName(name, "machine");
  if (!recipients.has(name) && !requests.has(name)) return;
  throw new AtkError("E_NAME", `${file} has a machine ${name} already, with another key`, {
    at: { file },
    hint: `atk secret request --name another-name; where the old ${name} is gone: atk secret remove-machine ${name} first`,
  });
}

export interface Approval {
  readonly name: string;
  /** The key as the other machine shows it; where it is given, a request with another key is refused. */
  readonly key?: string;
  /** Day, YYYY-MM-DD. */
  readonly since: string;
  readonly identity: Identity;
}

/**
 * The text with a machine that asked made a recipient, and all values encrypted anew so that it can open them too.
 * @throws AtkError E_NAME when no such machine asks; E_ENV when this machine has no access or cannot open some value: nothing is changed then.
 */
export async function approve(text: string, approval: Approval, file: string): Promise<Reencrypted> {
  const { name, since, identity } = approval;
  const now = await parseSecrets(text, file);
  const request = now.requests.get(name);
  if (request === undefined) throw notThere(`no machine ${shown(name)} asks for access in ${file}`, now.requests, file);
  await refuseOutsider(now, identity, file);
  if (now.recipients.has(name)) refuseTaken(now, name, file);
  if (approval.key !== undefined && approval.key !== request.key) throw otherKey(name, file);
  if (hasKey(now.recipients, request.key)) throw hasAccess(name, file);
  const moved = await setRecipient(await dropRequest(text, name, file), name, { key: request.key, since }, file);
  return reencrypt(moved, { secrets: now.secrets, identity }, file);
}

export interface Removal {
  readonly name: string;
  /** Day, YYYY-MM-DD. */
  readonly on: string;
  readonly identity: Identity;
}

/**
 * The text without a machine, all values encrypted anew for the rest. What the machine could open it may have kept, and git's
 * history keeps it readable for it: `secrets` names what needs a new value; the file remembers that under `rotate`.
 * @throws AtkError E_NAME when there is no such machine or it is the only one; E_ENV as `approve`.
 */
export async function removeRecipient(
  text: string,
  { name, on, identity }: Removal,
  file: string,
): Promise<Reencrypted> {
  const now = await parseSecrets(text, file);
  if (!now.recipients.has(name)) throw notThere(`${file} has no machine ${shown(name)}`, now.recipients, file);
  await refuseOutsider(now, identity, file);
  if (now.recipients.size === 1)
    throw new AtkError("E_NAME", `${name} is the only machine in ${file}: without it nobody could open the secrets`, {
      at: { file },
      hint: "approve another machine first",
    });
  const left = await reencrypt(await dropRecipient(text, name, file), { secrets: now.secrets, identity }, file);
  let edited = left.text;
  for (const secret of left.secrets) {
    const reasons = [now.rotate.get(secret), `${name} lost access on ${on}`].filter((reason) => reason !== undefined);
    edited = await setRotate(edited, secret, reasons.join("; "), file);
  }
  return { text: edited, secrets: left.secrets };
}

/** Anybody can write into the file; only who can open the secrets has something to share. */
async function refuseOutsider({ recipients }: SecretsFile, identity: Identity, file: string): Promise<void> {
  if (hasKey(recipients, await publicKeyOf(identity.secretKey()))) return;
  throw new AtkError("E_ENV", `this machine has no access to the secrets in ${file}`, {
    at: { file },
    hint: NEXT.request,
  });
}

function otherKey(name: string, file: string): AtkError {
  return new AtkError(
    "E_NAME",
    `the request of ${name} in ${file} has another key than the one given: do not approve it`,
    {
      at: { file },
      hint: "look who wrote it: git log -p secrets.yaml",
    },
  );
}

function hasAccess(name: string, file: string): AtkError {
  return new AtkError("E_NAME", `the key of ${name} has access in ${file} already, under another name`, {
    at: { file },
    hint: `take the request of ${name} out of ${file}`,
  });
}

function notThere(message: string, known: ReadonlyMap<string, MachineKey>, file: string): AtkError {
  const names = [...known.keys()].join(", ");
  const hint = names === "" ? undefined : `one of: ${names}`;
  return new AtkError("E_NAME", message, { at: { file }, hint });
}

function hasKey(machines: ReadonlyMap<string, MachineKey>, key: string): boolean {
  return [...machines.values()].some((machine) => machine.key === key);
}

function keyOf({ key, since }: Machine): MachineKey {
  return { key, ...(since === undefined ? {} : { since }) };
}
