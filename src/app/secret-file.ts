import { join } from "node:path";
import { publicKeyOf } from "../secrets/age.ts";
import { readIdentity, type Identity } from "../secrets/identity-file.ts";
import { machineNameOf } from "../secrets/names.ts";
import { decodeSecrets, parseSecrets } from "../secrets/parse-secrets.ts";
import { SECRETS_FILE, type SecretsFile } from "../secrets/secrets-file.ts";
import type { Context } from "./context.ts";
import { storeDirectory } from "./secrets.ts";

/** The home's `secrets.yaml` as it is now. */
export interface StoreFile {
  /** Absolute path; the file may not exist yet. */
  readonly path: string;
  /** Undefined where there is no file. */
  readonly bytes: Uint8Array | undefined;
  /** "" where there is no file. */
  readonly text: string;
  readonly secrets: SecretsFile;
}

/** Reads and checks it; opens nothing. @throws AtkError E_MANIFEST with all problems, E_FILE */
export async function readStore(context: Context): Promise<StoreFile> {
  const path = join(storeDirectory(context), SECRETS_FILE);
  const bytes = await context.host.files.read(path);
  const text = bytes === undefined ? "" : decodeSecrets(bytes, path);
  return { path, bytes, text, secrets: await parseSecrets(text, path) };
}

/** This machine as the store sees it; undefined while it has no identity. */
export interface OwnMachine {
  readonly identity: Identity;
  /** Public key, `age1...`. */
  readonly key: string;
}

/** @throws AtkError E_FILE for an identity that cannot be used */
export async function ownMachine({ host }: Context): Promise<OwnMachine | undefined> {
  const identity = await readIdentity(host);
  return identity === undefined ? undefined : { identity, key: await publicKeyOf(identity.secretKey()) };
}

/** What this machine is called in the store unless somebody says otherwise: its own name, or else that of its host. */
export function ownName({ host, workspace }: Context): string {
  return machineNameOf(workspace.settings.machine ?? host.machine.hostname);
}

/** The name of the machine with this key. */
export function nameOfKey(machines: SecretsFile["recipients"], key: string | undefined): string | undefined {
  return [...machines].find(([, machine]) => machine.key === key)?.[0];
}
