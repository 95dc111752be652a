import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ReadHost } from "../../src/core/host.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { Identity } from "../../src/secrets/identity-file.ts";
import { openStore, type SecretStore } from "../../src/secrets/store.ts";
import { laptop, sealed, sealedAgain, thief, type Key } from "./texts.ts";

const scratch = mkdtempSync(join(tmpdir(), "atk-store-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const host = createNodeHost({ homeDirectory: scratch, env: {} });
const identity = ({ secret }: Key): Identity => ({ place: "a test", secretKey: () => secret });
const TEXT = `recipients:\n  laptop: ${laptop.public}\nsecrets:\n  Z: ${sealedAgain}\n  A: ${sealed}\n`;
let homes = 0;

function home(content?: string | Uint8Array): string {
  const directory = join(scratch, `home-${(homes += 1)}`);
  mkdirSync(directory);
  if (content !== undefined) writeFileSync(join(directory, "secrets.yaml"), content);
  return directory;
}

function store(directory: string, key: Key | undefined = laptop): SecretStore {
  return openStore({ directory, host, identity: async () => (key === undefined ? undefined : identity(key)) });
}

describe("the store of a home", () => {
  it("gives values and names", async () => {
    const secrets = store(home(TEXT));
    expect(await secrets.get("A")).toBe("s3cret");
    expect(await secrets.get("Z")).toBe("an0ther");
    expect(await secrets.names()).toEqual(["A", "Z"]);
  });

  it("reads its file with CRLF and a byte order mark too", async () => {
    expect(await store(home(`\uFEFF${TEXT.replaceAll("\n", "\r\n")}`)).get("A")).toBe("s3cret");
  });

  it("reads file and identity once, and not before the first question", async () => {
    const asked: string[] = [];
    const read: ReadHost["files"]["read"] = async (path) => (asked.push(path), host.files.read(path));
    const files = { ...host.files, read };
    const find = async () => (asked.push("identity"), identity(laptop));
    const secrets = openStore({ directory: home(TEXT), host: { ...host, files }, identity: find });
    expect(asked).toEqual([]);
    await Promise.all([secrets.get("A"), secrets.get("Z"), secrets.get("A")]);
    expect(asked.map((path) => path.replace(/.*\//, ""))).toEqual(["secrets.yaml", "identity"]);
  });

  it("has no secret where there is no file, and says how to set one", async () => {
    await expect(store(home()).get("A")).rejects.toMatchObject({
      code: "E_ENV",
      message: expect.stringContaining("there is no secret A"),
      hint: "atk secret set A",
    });
    expect(await store(home()).names()).toEqual([]);
  });

  it.each(["toString", "__proto__", "B"])("has no secret %s that nobody set", async (name) => {
    await expect(store(home(TEXT)).get(name)).rejects.toMatchObject({ code: "E_ENV" });
  });

  it("says when this machine has no identity, or none that the values are for", async () => {
    const directory = home(TEXT);
    await expect(openStore({ directory, host }).get("A")).rejects.toMatchObject({
      code: "E_ENV",
      message: "cannot open the secret A: this machine has no identity yet",
    });
    await expect(store(directory, thief).get("A")).rejects.toMatchObject({
      code: "E_ENV",
      message: "cannot open the secret A: it is not encrypted for this machine",
    });
  });

  it("says when a value was tampered with", async () => {
    const bytes = Buffer.from(sealed, "base64");
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await expect(store(home(TEXT.replace(sealed, bytes.toString("base64")))).get("A")).rejects.toMatchObject({
      code: "E_MANIFEST",
      message: expect.stringContaining("cannot open the secret A: its value was changed or cut"),
    });
  });

  it("names the file when it is a directory, broken or no text", async () => {
    const directory = home();
    mkdirSync(join(directory, "secrets.yaml"));
    await expect(store(directory).get("A")).rejects.toMatchObject({ code: "E_FILE" });
    await expect(store(home("secrets: [")).get("A")).rejects.toMatchObject({ code: "E_MANIFEST" });
    await expect(store(home(Uint8Array.of(0xff))).get("A")).rejects.toThrow(/secrets.yaml: it is not UTF-8/);
  });

  it("names the file when it is a link that leads nowhere but to itself", async () => {
    const directory = home();
    symlinkSync("secrets.yaml", join(directory, "secrets.yaml"));
    await expect(store(directory).get("A")).rejects.toMatchObject({ code: "E_FILE" });
  });

  // The administrator may read everything.
  it.skipIf(process.getuid?.() === 0)("names the file when it may not be read", async () => {
    const directory = home(TEXT);
    chmodSync(join(directory, "secrets.yaml"), 0);
    await expect(store(directory).get("A")).rejects.toMatchObject({ code: "E_FILE" });
  });
});
