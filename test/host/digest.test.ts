import { expect, it } from "vitest";
import { digestBytes, keyedDigest } from "../../src/host/digest.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it("digests bytes with SHA-256 (FIPS 180-2, example B.1)", () => {
  expect(digestBytes(bytes("abc"))).toBe("sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

it("digests text under a key with HMAC-SHA-256 (RFC 4231, test case 2)", () => {
  const digest = keyedDigest(bytes("Jefe"), "what do ya want for nothing?");
  expect(digest).toBe("hmac-sha256-5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
});

it("gives another digest for the same text under another key", () => {
  expect(keyedDigest(bytes("one"), "secret")).not.toBe(keyedDigest(bytes("two"), "secret"));
});
