import type { Decrypter } from "age-encryption";
import { AtkError } from "../core/errors.ts";

/** What opening a ciphertext gave. other-key: it was not encrypted for this identity. */
export type Opened =
  | { readonly is: "open"; readonly value: string }
  | { readonly is: "other-key" }
  /** Cut, changed, or not an age file. */
  | { readonly is: "damaged" }
  /** Encrypted for this identity, but not UTF-8 text. */
  | { readonly is: "not-text" };

/**
 * A value encrypted with age for each public key (`age1...`): the binary age file as base64 on one line.
 * What atk encrypts the program `age` opens: `base64 -d | age -d -i identity.txt`.
 * @throws AtkError E_NAME for a key with a mistake in it.
 */
export async function encryptFor(value: string, keys: readonly string[]): Promise<string> {
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const key of keys) addKey(encrypter, key);
  return Buffer.from(await encrypter.encrypt(value)).toString("base64");
}

function addKey(encrypter: { addRecipient(key: string): void }, key: string): void {
  try {
    encrypter.addRecipient(key);
  } catch {
    throw new AtkError("E_NAME", `${key} is not the public key of an age identity: its check sum is wrong`, {
      hint: "copy the key again from: age-keygen -y ~/.config/atk/identity.txt",
    });
  }
}

/**
 * Opens what `encryptFor` or the program `age` made for the identity (`AGE-SECRET-KEY-1...`). Takes about 6 ms, the first
 * time 30 with loading the library.
 * @throws AtkError E_FILE when the identity has a mistake in it (never shown).
 */
export async function decrypt(ciphertext: string, identity: string): Promise<Opened> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  addIdentity(decrypter, identity);
  let bytes: Uint8Array;
  try {
    bytes = await openBytes(decrypter, Buffer.from(ciphertext, "base64"));
  } catch (error) {
    return { is: error instanceof Error && error.message.startsWith("no identity matched") ? "other-key" : "damaged" };
  }
  try {
    return { is: "open", value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { is: "not-text" };
  }
}

/** The library's own error quotes the key, so it is not even kept as cause. */
function addIdentity(decrypter: Decrypter, identity: string): void {
  try {
    decrypter.addIdentity(identity);
  } catch {
    throw brokenIdentity();
  }
}

export function brokenIdentity(): AtkError {
  return new AtkError("E_FILE", "the identity of this machine has a mistake in it: its check sum is wrong", {
    hint: "take the identity file from a backup",
  });
}

/** As a stream: for bytes the library builds a Response, and loading that part of Node takes longer than decrypting. */
async function openBytes(decrypter: Decrypter, file: Uint8Array): Promise<Uint8Array> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(file);
      controller.close();
    },
  });
  const parts: Uint8Array[] = [];
  for await (const part of await decrypter.decrypt(source)) parts.push(part);
  return Buffer.concat(parts);
}

/** A new secret key, `AGE-SECRET-KEY-1...` (X25519). */
export async function generateKey(): Promise<string> {
  const { generateX25519Identity } = await import("age-encryption");
  return generateX25519Identity();
}

/** The public key (`age1...`) of a secret key. @throws AtkError E_FILE when the secret key has a mistake in it. */
export async function publicKeyOf(identity: string): Promise<string> {
  const { identityToRecipient } = await import("age-encryption");
  try {
    return await identityToRecipient(identity);
  } catch {
    throw brokenIdentity();
  }
}

/** For how many X25519 keys a ciphertext was encrypted: told by its header, without any key. (age specification, "Recipient stanza") */
export function countKeys(ciphertext: string): number {
  const header = Buffer.from(ciphertext, "base64").toString("latin1").split("\n--- ", 1)[0] ?? "";
  return header.match(/^-> X25519 /gm)?.length ?? 0;
}
