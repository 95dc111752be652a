import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadHost } from "../core/host.ts";
import { readIdentity, type Identity } from "./identity-file.ts";
import { checkName } from "./names.ts";
import { NEXT } from "./next-steps.ts";
import { openSecret } from "./open-secrets.ts";
import { decodeSecrets, parseSecrets } from "./parse-secrets.ts";
import { SECRETS_FILE, type SecretsFile } from "./secrets-file.ts";

/** The secrets of one home, for reading. File and identity are read at the first question and once. */
export interface SecretStore {
  /** @throws AtkError E_ENV when there is none of that name or this machine cannot open it; E_MANIFEST, E_FILE for the files. */
  get(name: string): Promise<string>;
  /** All names, sorted. Needs no identity. */
  names(): Promise<readonly string[]>;
}

export interface StoreOptions {
  /** The home: the folder of `secrets.yaml`. */
  readonly directory: string;
  readonly host: ReadHost;
  /** How this machine's identity is found; default: its file. */
  readonly identity?: () => Promise<Identity | undefined>;
}

export function openStore({ directory, host, identity = () => readIdentity(host) }: StoreOptions): SecretStore {
  const file = join(directory, SECRETS_FILE);
  const secrets = once(() => readSecrets(file, host));
  const own = once(identity);
  return {
    async get(name) {
      checkName(name, "secret");
      const ciphertext = (await secrets())?.secrets.get(name);
      if (ciphertext === undefined) throw missing(name, file);
      const found = await own();
      if (found === undefined) throw withoutIdentity(name, file);
      return openSecret({ name, ciphertext }, found, file);
    },
    names: async () => [...((await secrets())?.secrets.keys() ?? [])].sort(),
  };
}

/** What a secrets file says; undefined where there is none. @throws AtkError E_FILE, E_MANIFEST */
export async function readSecrets(file: string, host: ReadHost): Promise<SecretsFile | undefined> {
  const bytes = await host.files.read(file);
  return bytes === undefined ? undefined : parseSecrets(decodeSecrets(bytes, file), file);
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read());
}

function missing(name: string, file: string): AtkError {
  return new AtkError("E_ENV", `there is no secret ${name} in ${file}`, { at: { file }, hint: NEXT.set(name) });
}

function withoutIdentity(name: string, file: string): AtkError {
  return new AtkError("E_ENV", `cannot open the secret ${name}: this machine has no identity yet`, {
    at: { file },
    hint: NEXT.request,
  });
}
