import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Host, Platform } from "../../src/core/host.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { readKeychain } from "../../src/secrets/keychain.ts";
import { writeKeychain } from "../../src/secrets/write-keychain.ts";

const scratch = mkdtempSync(join(tmpdir(), "atk-keychain-"));
const bin = join(scratch, "bin");
const log = join(scratch, "argv.log");
const items = join(scratch, "items");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Doubles of the systems' programs: they keep one value for each entry in a file, and write down their arguments. */
mkdirSync(bin);
double(
  "secret-tool",
  `const words = argv.slice(argv[0] === "store" ? 2 : 1).join("/");
  if (argv[0] === "store") { put(words, readFileSync(0)); process.exit(0); }
  const found = get(words);
  if (found === undefined) process.exit(1);
  process.stdout.write(found);`,
);
double(
  "security",
  `const key = (words) => words["-s"] + "/" + (words["-a"] ?? "");
  const pairs = (list) => Object.fromEntries(list.flatMap((word, at) => (/^-[saX]$/.test(word) ? [[word, list[at + 1]]] : [])));
  if (argv[0] === "-i") {
    const line = readFileSync(0, "utf8");
    const list = [...line.matchAll(/"((?:[^"\\\\]|\\\\.)*)"|(\\S+)/g)].map((m) => m[2] ?? m[1].replace(/\\\\(.)/g, "$1"));
    if (line.split("\\n").length !== 2 || line.length > 4096 || list[0] !== "add-generic-password" || list[1] !== "-U") {
      console.error("security: unknown command " + line); process.exit(1);
    }
    const words = pairs(list);
    put(key(words), Buffer.from(words["-X"], "hex")); put(words["-s"] + "/", Buffer.from(words["-X"], "hex"));
    process.exit(0);
  }
  const found = get(key(pairs(argv)));
  if (found === undefined) {
    console.error("security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain."); process.exit(44);
  }
  const plain = /^[\\x20-\\x7e]*$/.test(found.toString("latin1"));
  if (argv.at(-1) === "-w") console.log(plain ? found.toString() : found.toString("hex"));
  else console.error("password: " + (plain ? '"' + found + '"' : "0x" + found.toString("hex").toUpperCase() + '  "..."'));`,
);

function double(name: string, text: string): void {
  const script = `#!${process.execPath}
  const { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
  const argv = process.argv.slice(2);
  appendFileSync(${JSON.stringify(log)}, JSON.stringify(argv) + "\\n");
  const at = (words) => ${JSON.stringify(items)} + "/" + Buffer.from(words).toString("hex");
  const get = (words) => (existsSync(at(words)) ? readFileSync(at(words)) : undefined);
  const put = (words, bytes) => { mkdirSync(${JSON.stringify(items)}, { recursive: true }); writeFileSync(at(words), bytes); };
  ${text}`;
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
}

const hostOf = (platform: Platform, path = bin): Host =>
  createNodeHost({ platform, homeDirectory: scratch, env: { PATH: path } });

beforeEach(() => {
  rmSync(items, { recursive: true, force: true });
  writeFileSync(log, "");
});

describe.each(["linux", "macos"] as const)("the keychain of %s", (platform) => {
  const host = hostOf(platform);

  it.each([
    ["a token", "ghp_abc"],
    ["quotes, $ and backslashes", `a"b'c\\d $HOME \`id\``],
    ["lines and other letters", "zwölf\nBoxkämpfer"],
    ["what looks like hex", "deadbeef"],
    ["the hex of something else", Buffer.from("zwölf").toString("hex")],
    ["a large value", "x".repeat(1_800)],
  ])("gives back %s, which is in no argument", async (_name, value) => {
    await writeKeychain({ keychain: "github", account: "mia" }, value, host);
    expect(await readKeychain({ keychain: "github", account: "mia" }, host)).toBe(value);
    const argv = readFileSync(log, "utf8");
    expect(argv).not.toContain(JSON.stringify(value).slice(1, -1));
    expect(argv).not.toContain(Buffer.from(value).toString("hex"));
  });

  it("replaces what is there, and finds an entry by its service alone", async () => {
    await writeKeychain({ keychain: 'a b"c' }, "one", host);
    await writeKeychain({ keychain: 'a b"c' }, "two", host);
    expect(await readKeychain({ keychain: 'a b"c' }, host)).toBe("two");
  });

  it("names the entry that is not there", async () => {
    await expect(readKeychain({ keychain: "github", account: "mia" }, host)).rejects.toMatchObject({
      code: "E_ENV",
      message: expect.stringMatching(/^cannot read the keychain entry github \(account mia\): .+/),
    });
  });

  it.each(["", "-w", "a\nadd-generic-password", "a\0"])("is not asked for the service %j", async (keychain) => {
    await expect(readKeychain({ keychain }, host)).rejects.toMatchObject({ code: "E_NAME" });
    await expect(writeKeychain({ keychain: "a", account: keychain }, "v", host)).rejects.toMatchObject({
      code: "E_NAME",
    });
    expect(readFileSync(log, "utf8")).toBe("");
  });

  it.each(["", "ends\n", "x".repeat(8_192)])("does not take a value it could not give back", async (value) => {
    await expect(writeKeychain({ keychain: "a" }, value, host)).rejects.toMatchObject({ code: "E_ENV" });
    expect(readFileSync(log, "utf8")).toBe("");
  });

  it("says which program is missing", async () => {
    const missing = hostOf(platform, join(scratch, "none"));
    await expect(readKeychain({ keychain: "a" }, missing)).rejects.toMatchObject({ code: "E_PROGRAM" });
  });
});

describe("the keychain of Windows", () => {
  it("is refused in clear words", async () => {
    await expect(readKeychain({ keychain: "a" }, hostOf("windows"))).rejects.toThrow(/no keychain on Windows/);
  });
});
