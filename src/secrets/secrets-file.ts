/** A machine's public key. */
export interface MachineKey {
  /** `age1...`, as age-keygen prints it (X25519). */
  readonly key: string;
  /** Day since which it is in the file, YYYY-MM-DD. */
  readonly since?: string;
}

/** What `secrets.yaml` says. Names match NAME_PATTERN; maps are in the order of the file. */
export interface SecretsFile {
  /** Machines that every value is encrypted for. */
  readonly recipients: ReadonlyMap<string, MachineKey>;
  /** Machines that ask to become recipients; they have no right. */
  readonly requests: ReadonlyMap<string, MachineKey>;
  /** One line of base64 for each name: a binary age file. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Secrets that a removed machine knew, with the reason, until they are set anew. */
  readonly rotate: ReadonlyMap<string, string>;
}

export type Section = keyof SecretsFile;

export const SECTIONS: readonly Section[] = ["recipients", "requests", "secrets", "rotate"];

/** Name of the file in the home. */
export const SECRETS_FILE = "secrets.yaml";

/** "age1" and 58 characters of bech32: an X25519 key is 32 bytes. (age specification, "The X25519 recipient type") */
export const KEY_PATTERN = /^age1[02-9ac-hj-np-z]{58}$/;

/** base64 of "age-encryption.org/v1" and what follows. */
export const CIPHERTEXT_PATTERN = /^YWdlLWVuY3J5cHRpb24ub3JnL3Yx[A-Za-z0-9+/]*={0,2}$/;

export const DAY_PATTERN = /^\d{4}-\d\d-\d\d$/;

/** Names of machines that have the key of one before them. */
export function twins(recipients: ReadonlyMap<string, MachineKey>): readonly string[] {
  const seen = new Set<string>();
  return [...recipients].filter(([, { key }]) => seen.has(key) || !seen.add(key)).map(([name]) => name);
}
