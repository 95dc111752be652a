import { createHash, createPublicKey, verify } from "node:crypto";
import { AtkError } from "../../core/errors.ts";

/** A minisign public key: the id that signatures name, and the Ed25519 key. (https://jedisct1.github.io/minisign/) */
export interface PublicKey {
  readonly id: Uint8Array;
  readonly key: Uint8Array;
}

/** What a good signature says of itself; both halves of it are signed. */
export interface Signed {
  readonly trustedComment: string;
  /** Seconds since 1970, as minisign writes `timestamp:` by default; undefined when the signer wrote another comment. */
  readonly timestamp?: number;
}

const KEY_BYTES = 42;
const SIGNATURE_BYTES = 74;

/** Reads the 56 characters of a public key. @throws AtkError E_USAGE when they are not one. */
export function parsePublicKey(text: string): PublicKey {
  const bytes = decode(text);
  if (bytes?.length === KEY_BYTES && latin(bytes.subarray(0, 2)) === "Ed")
    return { id: bytes.subarray(2, 10), key: bytes.subarray(10) };
  throw new AtkError("E_USAGE", `${JSON.stringify(text)} is not a minisign public key: expected 56 characters, RW...`, {
    hint: "take the second line of the .pub file that minisign -G wrote",
  });
}

/**
 * Checks a signature in minisign's format over `content`: prehashed (`ED`, what minisign writes today) and legacy (`Ed`), and
 * the signature over the trusted comment.
 * @throws AtkError E_INTEGRITY saying which of them is not right. `what` names the content in messages.
 */
export function verifySignature(
  content: Uint8Array,
  signature: string,
  { publicKey, what }: { readonly publicKey: string; readonly what: string },
): Signed {
  const { id, key } = parsePublicKey(publicKey);
  const refuse = (why: string): AtkError =>
    new AtkError("E_INTEGRITY", `${what}: the signature is not good: ${why}`, {
      hint: "ask who keeps the registry whether the key or the index has changed",
    });
  const parts = parseSignature(signature);
  if (parts === undefined) throw refuse("it is not in minisign's format");
  if (!parts.id.every((byte, at) => byte === id[at]))
    throw refuse(`it is of the key ${keyId(parts.id)}, not ${keyId(id)}`);
  const message = parts.prehashed ? createHash("blake2b512").update(content).digest() : content;
  if (!verifies(message, parts.signature, key)) throw refuse("the content is not what was signed");
  const whole = Buffer.concat([parts.signature, Buffer.from(parts.trustedComment)]);
  if (!verifies(whole, parts.commentSignature, key)) throw refuse("its comment was changed");
  const timestamp = /(?:^|\s)timestamp:(\d{1,15})(?:\s|$)/.exec(parts.trustedComment)?.[1];
  return { trustedComment: parts.trustedComment, ...(timestamp === undefined ? {} : { timestamp: Number(timestamp) }) };
}

/** As minisign shows it: the id's bytes backwards, in hexadecimal. */
export function keyId(id: Uint8Array): string {
  return Buffer.from(id).reverse().toString("hex").toUpperCase();
}

interface Parts {
  readonly prehashed: boolean;
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
  readonly trustedComment: string;
  readonly commentSignature: Uint8Array;
}

/** Four lines: untrusted comment, signature, trusted comment, signature over both. */
function parseSignature(text: string): Parts | undefined {
  const [untrusted = "", first = "", trusted = "", second = ""] = text.split(/\r?\n/);
  const bytes = decode(first);
  const commentSignature = decode(second);
  const algorithm = bytes === undefined ? "" : latin(bytes.subarray(0, 2));
  if (!untrusted.startsWith("untrusted comment: ") || !trusted.startsWith("trusted comment: ")) return undefined;
  if (bytes?.length !== SIGNATURE_BYTES || commentSignature?.length !== 64 || !/^E[dD]$/.test(algorithm))
    return undefined;
  return {
    prehashed: algorithm === "ED",
    id: bytes.subarray(2, 10),
    signature: bytes.subarray(10),
    trustedComment: trusted.slice("trusted comment: ".length),
    commentSignature,
  };
}

function verifies(message: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  const x = Buffer.from(key).toString("base64url");
  try {
    return verify(null, message, createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }), signature);
  } catch {
    return false;
  }
}

/** Strict: Buffer alone would pass over what is not base64. */
function decode(text: string): Uint8Array | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 ? Buffer.from(text, "base64") : undefined;
}

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
