import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, scryptSync, sign } from "node:crypto";
import { AtkError } from "../../core/errors.ts";
import { blake2b } from "./blake2b.ts";

/** Two files in minisign's format. */
export interface KeyFiles {
  /** Without a passphrase, as `minisign -G -W` writes it. */
  readonly secret: string;
  readonly public: string;
  /** The 56 characters that go into a manifest. */
  readonly key: string;
}

/** A new pair of keys; every call gives another one. */
export function createKeys(): KeyFiles {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d = "", x = "" } = privateKey.export({ format: "jwk" });
  const id = randomBytes(8);
  const publicPart = Buffer.from(x, "base64url");
  const key = Buffer.concat([Buffer.from("Ed"), id, publicPart]).toString("base64");
  const inside = Buffer.concat([id, Buffer.from(d, "base64url"), publicPart]);
  const checksum = blake2b(Buffer.concat([Buffer.from("Ed"), inside]), 32);
  const secret = Buffer.concat([Buffer.from("Ed\0\0B2"), Buffer.alloc(48), inside, checksum]).toString("base64");
  const shown = Buffer.from(id).reverse().toString("hex").toUpperCase();
  return {
    secret: `untrusted comment: minisign secret key ${shown}\n${secret}\n`,
    public: `untrusted comment: minisign public key ${shown}\n${key}\n`,
    key,
  };
}

export interface SecretKey {
  readonly id: Uint8Array;
  readonly seed: Uint8Array;
  readonly public: Uint8Array;
}

const FILE_BYTES = 158;

/**
 * Reads a minisign secret key file; one with a passphrase needs it, and takes a second and up to 1 GB of memory, by design.
 * @throws AtkError E_USAGE when it is not one, or the passphrase is missing or wrong. The key is never in a message.
 */
export function openSecretKey(text: string, passphrase: string | undefined): SecretKey {
  const bytes = Buffer.from(text.split(/\r?\n/)[1] ?? "", "base64");
  const [algorithm, derivation] = [bytes.toString("latin1", 0, 2), bytes.toString("latin1", 2, 4)];
  if (bytes.length !== FILE_BYTES || algorithm !== "Ed" || (derivation !== "Sc" && derivation !== "\0\0"))
    throw new AtkError("E_USAGE", "the key file is not a minisign secret key", { hint: "atk registry keygen" });
  const kept = bytes.subarray(54);
  const open = derivation === "Sc" ? unlocked(bytes, kept, passphrase) : kept;
  const found = { id: open.subarray(0, 8), seed: open.subarray(8, 40), public: open.subarray(40, 72) };
  const checksum = blake2b(Buffer.concat([bytes.subarray(0, 2), open.subarray(0, 72)]), 32);
  if (open.subarray(72).equals(checksum)) return found;
  throw new AtkError("E_USAGE", "the key file cannot be opened: the passphrase is wrong, or the file is damaged", {
    hint: "give the right one in ATK_REGISTRY_PASSPHRASE",
  });
}

function unlocked(bytes: Buffer, kept: Buffer, passphrase: string | undefined): Buffer {
  if (passphrase === undefined)
    throw new AtkError("E_USAGE", "the key file has a passphrase", { hint: "give it in ATK_REGISTRY_PASSPHRASE" });
  const [opslimit, memlimit] = [bytes.readBigUInt64LE(38), bytes.readBigUInt64LE(46)];
  const stream = scryptSync(passphrase, bytes.subarray(6, 38), kept.length, scryptSettings(opslimit, memlimit));
  return Buffer.from(kept.map((byte, at) => byte ^ (stream[at] ?? 0)));
}

/** How libsodium turns its two limits into scrypt's numbers. (libsodium, pickparams of crypto_pwhash_scryptsalsa208sha256) */
function scryptSettings(opslimit: bigint, memlimit: bigint): { N: number; r: number; p: number; maxmem: number } {
  const [operations, memory] = [Math.max(Number(opslimit), 32_768), Number(memlimit)];
  const r = 8;
  const maxN = operations < memory / 32 ? operations / (r * 4) : memory / (r * 128);
  const exponent = powerAbove(maxN);
  const p =
    operations < memory / 32 ? 1 : Math.max(1, Math.floor(Math.min(operations / 4 / 2 ** exponent, 0x3fffffff) / r));
  const N = 2 ** exponent;
  if (exponent > 21) throw new AtkError("E_USAGE", "the key file asks for more memory than is sensible");
  return { N, r, p, maxmem: 256 * N * r };
}

function powerAbove(max: number): number {
  let exponent = 1;
  while (exponent < 63 && 2 ** exponent <= max / 2) exponent++;
  return exponent;
}

/** A signature file over `content`, prehashed, as `minisign -S` writes it. Times are seconds since 1970. */
export function signContent(
  content: Uint8Array,
  key: SecretKey,
  note: { readonly timestamp: number; readonly file: string },
): string {
  const digest = createHash("blake2b512").update(content).digest();
  const signature = signed(digest, key);
  const comment = `timestamp:${note.timestamp}\tfile:${note.file}\thashed`;
  const whole = signed(Buffer.concat([signature, Buffer.from(comment)]), key);
  const first = Buffer.concat([Buffer.from("ED"), key.id, signature]).toString("base64");
  return [
    "untrusted comment: signature from minisign secret key",
    first,
    `trusted comment: ${comment}`,
    `${whole.toString("base64")}\n`,
  ].join("\n");
}

/** The public key that belongs to it, as it goes into a manifest. */
export function publicKeyOf(key: SecretKey): string {
  return Buffer.concat([Buffer.from("Ed"), key.id, key.public]).toString("base64");
}

function signed(message: Uint8Array, { seed, public: own }: SecretKey): Buffer {
  const [d, x] = [seed, own].map((bytes) => Buffer.from(bytes).toString("base64url"));
  return sign(
    null,
    message,
    createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", d: d ?? "", x: x ?? "" }, format: "jwk" }),
  );
}
