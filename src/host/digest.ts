import { createHash, createHmac } from "node:crypto";

/** `sha256-<hex>` of the bytes. For content that is no secret, or where the digest never leaves the user's own files. */
export function digestBytes(bytes: Uint8Array): string {
  return `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
}

/** `hmac-sha256-<hex>` of the text (as UTF-8): without the key nobody can try out guesses against it. */
export function keyedDigest(key: Uint8Array, text: string): string {
  return `hmac-sha256-${createHmac("sha256", key).update(text, "utf8").digest("hex")}`;
}
