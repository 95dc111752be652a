import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blake2b } from "../../../src/sources/registries/blake2b.ts";
import { verifySignature } from "../../../src/sources/registries/minisign.ts";
import { createKeys, openSecretKey, publicKeyOf, signContent } from "../../../src/sources/registries/secret-key.ts";

/** Written by minisign 0.11 over the text `hello registry\n`. */
const CONTENT = Buffer.from("hello registry\n");
const KEY = "RWSLEFnjMn284QuAJah/l85eL9gD5Xaqx1Anv/wguKtLCxBKdg1JCbbK";
const PREHASHED = `untrusted comment: signature from minisign secret key
RUSLEFnjMn284Xc2dg7rcBVkzaZq/S6BFoDZdsaDu/5g2blgZS9jwGN0N6fmCldF26ge7KU7XZpDk3C6o02vGoCYy6BYUQCl6wo=
trusted comment: timestamp:1700000000\tfile:c.txt\thashed
MnbOE5kvMvMOppT40g8OOzN5adpsrB4/Rm1P9xd2XC1za9U7266oCddRpEkgRXXQHJxETf5aTmQf9efkx2qwAg==
`;
const LEGACY = `untrusted comment: signature from minisign secret key
RWSLEFnjMn284VefqJv8Dog9voLrdzsu6h9aOQLoHE9yacqNdcDty28jKFdcPMlgz545asa4GdV1s9BWSLshyccxhYDihhlXFA8=
trusted comment: timestamp:1700000001\tfile:c.txt
Catg1Y1pO37/6FgD6cw1JNqKKh8aR1TlJ72V2rNywLRj6m6n8ID55qBoyDPhQpaZdh1K8SzOQ6gVktLGoseJBQ==
`;

/** Made by minisign -G with the passphrase `horse`, for this test alone. */
const LOCKED = `untrusted comment: minisign encrypted secret key
RWRTY0Iy9I8KSePL1x98zInPB3L61KQl8YcumlP+JSTRHdOABF4AAAACAAAAAAAAAEAAAAAAgWUfF3HEaEDj/qmAoeFyxaBjvXjOpt3FvIc+LghAabHy673bTGWKEt3B79wcpBT6CjT7vHM9tvhNS6wx2ZyEjah42NdSDRVCOH8E8MNuctuXjRtqPD0BG2zRn8t0VyLCPDc5QZ6o1WM=
`;
const LOCKED_PUBLIC = "RWTF9Y0KWNrIXp8WWJaP2KyIxR03RPzX+yFwOvV5mEJ6drdOFBAV27qt";

const check = (content: Uint8Array, signature: string, publicKey = KEY) =>
  verifySignature(content, signature, { publicKey, what: "index.json" });

describe("signatures in minisign's format", () => {
  it("accepts what minisign has signed, prehashed and legacy, and gives the signed time", () => {
    expect(check(CONTENT, PREHASHED).timestamp).toBe(1_700_000_000);
    expect(check(CONTENT, LEGACY).timestamp).toBe(1_700_000_001);
  });

  it("refuses another content, another key, a changed comment and what is no signature", () => {
    expect(() => check(Buffer.from("hello registry!"), PREHASHED)).toThrow("the content is not what was signed");
    expect(() => check(CONTENT, PREHASHED, createKeys().key)).toThrow(/it is of the key E1BC7D32E359108B, not /);
    expect(() => check(CONTENT, PREHASHED.replace("1700000000", "1800000000"))).toThrow("its comment was changed");
    for (const text of ["", "hello", PREHASHED.slice(60), PREHASHED.replace("RUSLE", "RXSLE")])
      expect(() => check(CONTENT, text)).toThrow(/not in minisign's format/);
  });

  it("accepts no signature with any of its bits changed", () => {
    const bytes = Buffer.from(PREHASHED.split("\n")[1] ?? "", "base64");
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => check(CONTENT, PREHASHED.replace(/RUS.*/, changed.toString("base64")))).toThrow();
      }),
    );
  });

  it("signs so that it can be checked, with keys of its own", () => {
    const keys = createKeys();
    const opened = openSecretKey(keys.secret, undefined);
    const signature = signContent(CONTENT, opened, { timestamp: 5, file: "index.json" });
    expect(publicKeyOf(opened)).toBe(keys.key);
    expect(check(CONTENT, signature, keys.key)).toEqual({
      timestamp: 5,
      trustedComment: "timestamp:5\tfile:index.json\thashed",
    });
  });

  // minisign's limits make it take a gigabyte of memory, and seconds where nothing else runs.
  it("opens a key with a passphrase that minisign made, and only with one", { timeout: 300_000 }, () => {
    expect(publicKeyOf(openSecretKey(LOCKED, "horse"))).toBe(LOCKED_PUBLIC);
    expect(() => openSecretKey(LOCKED, undefined)).toThrow(/has a passphrase/);
  });

  it("refuses a key file that is damaged or something else", () => {
    const { secret } = createKeys();
    const line = secret.split("\n")[1] ?? "";
    const bytes = Buffer.from(line, "base64");
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    expect(() => openSecretKey(secret.replace(line, bytes.toString("base64")), undefined)).toThrow(/damaged/);
    expect(() => openSecretKey("-----BEGIN PRIVATE KEY-----", undefined)).toThrow(/not a minisign secret key/);
  });
});

describe("BLAKE2b", () => {
  it("agrees with node's for 64 bytes, whatever the content", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (content) => {
        expect(Buffer.from(blake2b(content, 64)).toString("hex")).toBe(
          createHash("blake2b512").update(content).digest("hex"),
        );
      }),
    );
  });

  it("gives the known answer for 32 bytes of nothing", () => {
    expect(Buffer.from(blake2b(new Uint8Array(), 32)).toString("hex")).toBe(
      "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8",
    );
  });
});

const hasMinisign = spawnSync("minisign", ["-v"]).status === 0;

describe.skipIf(!hasMinisign)("together with the program minisign (skipped where it is not installed)", () => {
  let folder = "";
  const path = (name: string): string => join(folder, name);
  const minisign = (...args: readonly string[]) => execFileSync("minisign", args, { cwd: folder, encoding: "utf8" });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "atk-minisign-"));
    writeFileSync(path("index.json"), randomBytes(5000));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("minisign accepts what atk signs", () => {
    const keys = createKeys();
    writeFileSync(path("key.pub"), keys.public);
    const content = readFileSync(path("index.json"));
    const signature = signContent(content, openSecretKey(keys.secret, undefined), { timestamp: 7, file: "index.json" });
    writeFileSync(path("index.json.minisig"), signature);
    expect(minisign("-V", "-p", "key.pub", "-m", "index.json")).toMatch(/Signature and comment signature verified/);
  });

  it("minisign signs with a key that atk made, and atk accepts it, prehashed and legacy", () => {
    const keys = createKeys();
    writeFileSync(path("key"), keys.secret, { mode: 0o600 });
    for (const how of [["-S"], ["-S", "-l"]]) {
      minisign(...how, "-s", "key", "-m", "index.json");
      const signature = readFileSync(path("index.json.minisig"), "utf8");
      expect(check(readFileSync(path("index.json")), signature, keys.key).timestamp).toBeGreaterThan(1_700_000_000);
    }
  });
});
