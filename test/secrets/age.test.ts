import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { countKeys, decrypt, encryptFor, publicKeyOf } from "../../src/secrets/age.ts";
import { CIPHERTEXT_PATTERN, KEY_PATTERN } from "../../src/secrets/secrets-file.ts";
import { checkValue, MAX_VALUE_BYTES, valueFromInput } from "../../src/secrets/value.ts";
import { desktop, hasAge, laptop, sealed, thief } from "./texts.ts";

const scratch = mkdtempSync(join(tmpdir(), "atk-age-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const flipped = (bytes: Buffer, at: number): string => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy.toString("base64");
};

describe("a value", () => {
  it("comes back as it was, for every machine it was encrypted for, and stands on one line", async () => {
    const value = fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "binary", minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(value, async (each) => {
        const ciphertext = await encryptFor(each, [laptop.public, desktop.public]);
        expect(ciphertext).toMatch(CIPHERTEXT_PATTERN);
        expect(await decrypt(ciphertext, laptop.secret)).toEqual({ is: "open", value: each });
        expect(await decrypt(ciphertext, desktop.secret)).toEqual({ is: "open", value: each });
      }),
      { numRuns: 50 },
    );
  });

  it("may be as large as 64 KiB, and keeps a byte order mark and line endings", async () => {
    for (const value of ["é".repeat(MAX_VALUE_BYTES / 2), "\uFEFFa\r\nb\n\n", "\u0000"]) {
      checkValue(value, "KEY");
      expect(await decrypt(await encryptFor(value, [laptop.public]), laptop.secret)).toEqual({ is: "open", value });
    }
  });

  it("is refused when it is empty, too large or half a character; the value is not told", () => {
    const tooLarge = "hunter2".repeat(10_000);
    for (const value of ["", tooLarge, "hunter2\ud83d"]) {
      expect(() => checkValue(value, "KEY")).toThrow(/^cannot keep the value of KEY: (?!.*hunter2)/);
    }
  });

  it("that is piped in loses one line ending at its end, no more", () => {
    expect(["a", "a\n", "a\r\n", "a\n\n", "a\nb\n", "\n"].map(valueFromInput)).toEqual([
      "a",
      "a",
      "a",
      "a\n",
      "a\nb",
      "",
    ]);
  });

  it("cannot be opened with another machine's identity", async () => {
    expect(await decrypt(sealed, thief.secret)).toEqual({ is: "other-key" });
  });

  it("that was changed or cut anywhere is not opened", async () => {
    const bytes = Buffer.from(sealed, "base64");
    for (const at of bytes.keys()) {
      expect(await decrypt(flipped(bytes, at), laptop.secret)).not.toHaveProperty("value");
      expect(await decrypt(bytes.subarray(0, at).toString("base64"), laptop.secret)).not.toHaveProperty("value");
    }
    expect(await decrypt(flipped(bytes, bytes.length - 1), laptop.secret)).toEqual({ is: "damaged" });
    expect(await decrypt("bm8gYWdlIGZpbGU=", laptop.secret)).toEqual({ is: "damaged" });
  });

  it("tells for how many machines it was encrypted, without any key", async () => {
    expect(countKeys(sealed)).toBe(1);
    expect(countKeys(await encryptFor("x", [laptop.public, desktop.public, thief.public]))).toBe(3);
  });

  it("is not encrypted for a key with a slip in it", async () => {
    const slip = laptop.public.replace(/.$/, (last) => (last === "q" ? "p" : "q"));
    expect(slip).toMatch(KEY_PATTERN);
    await expect(encryptFor("x", [slip])).rejects.toMatchObject({ code: "E_NAME" });
  });

  it("is not looked for with a broken identity, and the identity is not told", async () => {
    const broken = laptop.secret.replace(/.$/, (last) => (last === "Q" ? "P" : "Q"));
    for (const using of [() => decrypt(sealed, broken), () => publicKeyOf(broken)]) {
      const error: unknown = await using().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "E_FILE" });
      expect((error as Error).cause).toBeUndefined();
      expect(String((error as Error).stack)).not.toContain(broken.slice(20, 40));
    }
  });
});

describe.skipIf(!hasAge)("the program age", () => {
  const age = (args: readonly string[], input: Uint8Array | string): Buffer => execFileSync("age", args, { input });

  it("opens what atk encrypted", async () => {
    const file = join(scratch, "laptop.txt");
    writeFileSync(file, `${laptop.secret}\n`);
    const ciphertext = await encryptFor("pässword\n", [desktop.public, laptop.public]);
    expect(age(["-d", "-i", file], Buffer.from(ciphertext, "base64")).toString()).toBe("pässword\n");
  });

  it("encrypts what atk opens, for several keys and large values too", async () => {
    const value = `${"long ".repeat(40_000)}é`;
    for (const text of ["pässword", value]) {
      const bytes = age(["-r", thief.public, "-r", laptop.public], text);
      expect(await decrypt(bytes.toString("base64"), laptop.secret)).toEqual({ is: "open", value: text });
    }
  });

  it("may have encrypted something that is no text", async () => {
    const bytes = age(["-r", laptop.public], Uint8Array.of(0xff, 0xfe));
    expect(await decrypt(bytes.toString("base64"), laptop.secret)).toEqual({ is: "not-text" });
  });

  it("has the same idea of the public key", () => {
    const file = join(scratch, "age-keygen.txt");
    execFileSync("age-keygen", ["-o", file], { stdio: "ignore" });
    const [, secret = ""] = /^(AGE-SECRET-KEY-\S+)$/m.exec(readFileSync(file, "utf8")) ?? [];
    return expect(publicKeyOf(secret)).resolves.toBe(
      execFileSync("age-keygen", ["-y", file], { encoding: "utf8" }).trim(),
    );
  });
});
