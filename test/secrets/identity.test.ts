import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import type { Host } from "../../src/core/host.ts";
import { createMemoryHost } from "../../src/host/memory-host.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { publicKeyOf } from "../../src/secrets/age.ts";
import { ensureIdentity } from "../../src/secrets/create-identity.ts";
import { identityFile, readIdentity } from "../../src/secrets/identity-file.ts";
import { hasAge, laptop, thief } from "./texts.ts";

const scratch = mkdtempSync(join(tmpdir(), "atk-identity-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let homes = 0;
function newHost(): Host {
  const homeDirectory = join(scratch, `home-${(homes += 1)}`);
  mkdirSync(homeDirectory);
  return createNodeHost({ homeDirectory, env: { PATH: process.env["PATH"] } });
}

function withFile(content: string, mode = 0o600): { readonly host: Host; readonly file: string } {
  const host = newHost();
  const file = identityFile(host.machine);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
  return { host, file };
}

describe("where the identity is", () => {
  it("follows XDG_CONFIG_HOME, and APPDATA on Windows", () => {
    const { machine } = createMemoryHost();
    expect(identityFile(machine)).toBe("/home/mia/.config/atk/identity.txt");
    expect(identityFile({ ...machine, env: { XDG_CONFIG_HOME: "/c" } })).toBe("/c/atk/identity.txt");
    expect(identityFile({ ...machine, platform: "windows", env: { APPDATA: "/roaming" } })).toBe(
      "/roaming/atk/identity.txt",
    );
  });
});

describe("a machine without an identity", () => {
  it("has none until it needs one, which is then for the user alone", async () => {
    const host = newHost();
    expect(await readIdentity(host)).toBeUndefined();
    await ensureIdentity(host);
    const file = identityFile(host.machine);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(file))).toEqual(["identity.txt"]);
  });

  it.skipIf(!hasAge)("gets one that the programs of age can use", async () => {
    const host = newHost();
    const identity = await ensureIdentity(host);
    const file = identityFile(host.machine);
    const key = execFileSync("age-keygen", ["-y", file], { encoding: "utf8" }).trim();
    expect(key).toBe(await publicKeyOf(identity.secretKey()));
    expect(readFileSync(file, "utf8")).toMatch(
      new RegExp(`^# created: \\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z\n# public key: ${key}\nAGE-SECRET-KEY-1[0-9A-Z]{58}\n$`),
    );
    const sealed = execFileSync("age", ["-r", key], { input: "hello" });
    expect(execFileSync("age", ["-d", "-i", file], { input: sealed, encoding: "utf8" })).toBe("hello");
  });

  it("gets one only, however many ask at the same moment", async () => {
    const host = newHost();
    const found = await Promise.all(Array.from({ length: 8 }, () => ensureIdentity(host)));
    expect(new Set(found.map((identity) => identity.secretKey())).size).toBe(1);
    expect(readdirSync(dirname(identityFile(host.machine)))).toEqual(["identity.txt"]);
  });

  it("gets one too where the file system has no hard links", async () => {
    const host = createMemoryHost();
    const files = { ...host.files, hardLink: () => Promise.reject(new Error("not supported")) };
    const identity = await ensureIdentity({ ...host, files });
    expect((await readIdentity(host))?.secretKey()).toBe(identity.secretKey());
    expect((await host.files.list("/home/mia/.config/atk"))?.map(({ name }) => name)).toEqual(["identity.txt"]);
  });
});

describe("an identity that is there", () => {
  it("is never overwritten", async () => {
    const { host, file } = withFile(`${laptop.secret}\n`);
    expect((await ensureIdentity(host)).secretKey()).toBe(laptop.secret);
    expect(readFileSync(file, "utf8")).toBe(`${laptop.secret}\n`);
  });

  it.skipIf(!hasAge)("may be one of age-keygen, with CRLF, or behind a link", async () => {
    const { host, file } = withFile("");
    rmSync(file);
    execFileSync("age-keygen", ["-o", file], { stdio: "ignore" });
    const written = readFileSync(file, "utf8");
    expect(written).toContain((await readIdentity(host))?.secretKey());
    writeFileSync(file, written.replaceAll("\n", "\r\n"));
    expect(written).toContain((await readIdentity(host))?.secretKey());
    const other = newHost();
    mkdirSync(dirname(identityFile(other.machine)), { recursive: true });
    symlinkSync(file, identityFile(other.machine));
    expect(written).toContain((await readIdentity(other))?.secretKey());
  });

  it.each([0o640, 0o604, 0o660, 0o644])(
    "is refused when others can use it (mode %o), with the command to run",
    async (mode) => {
      const { host, file } = withFile(`${laptop.secret}\n`, mode);
      await expect(ensureIdentity(host)).rejects.toMatchObject({
        code: "E_FILE",
        message: expect.stringContaining(mode.toString(8)),
        hint: `chmod 600 ${file}`,
      });
    },
  );

  it("does not appear when a program prints it", async () => {
    const { host } = withFile(`${laptop.secret}\n`);
    expect(JSON.stringify(await readIdentity(host))).not.toContain("AGE-SECRET");
  });

  it.each([
    ["is empty", "", "holds no key"],
    ["has comments only", "# created: today\n", "holds no key"],
    ["has two keys", `${laptop.secret}\n${thief.secret}\n`, "more than one line"],
    ["has a key that was cut", laptop.secret.slice(0, -4), "58 characters"],
    ["has a public key", `${laptop.public}\n`, "58 characters"],
    ["has a post-quantum key", "AGE-SECRET-KEY-PQ-1ABC\n", "post-quantum"],
    ["has an SSH key", "-----BEGIN OPENSSH PRIVATE KEY-----", "SSH key"],
    ["is no text", "\u0000\u0001\uFFFD", "58 characters"],
  ])("is refused when it %s, and its content is not told", async (_name, content, reason) => {
    const { host, file } = withFile(content);
    const error: unknown = await ensureIdentity(host).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "E_FILE", message: expect.stringContaining(reason) });
    const told = JSON.stringify([(error as Error).message, error]);
    expect(told).not.toContain(laptop.secret.slice(20, 40));
    expect(told).not.toContain(laptop.public.slice(20, 40));
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  it("is refused when it is a directory", async () => {
    const host = newHost();
    mkdirSync(identityFile(host.machine), { recursive: true });
    await expect(ensureIdentity(host)).rejects.toMatchObject({ code: "E_FILE" });
  });
});

describe("several processes that need an identity at the same moment", () => {
  it("all get the same one", async () => {
    const { machine } = newHost();
    const script = join(scratch, "ensure.mjs");
    await build({
      stdin: { contents: PROCESS, resolveDir: join(import.meta.dirname, "../../src"), loader: "ts" },
      outfile: script,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["execa"],
      logLevel: "error",
    });
    const start = () => promisify(execFile)(process.execPath, [script, machine.homeDirectory]);
    const keys = await Promise.all(Array.from({ length: 6 }, start));
    expect(keys[0]?.stdout).toMatch(/^age1/);
    expect(new Set(keys.map(({ stdout }) => stdout)).size).toBe(1);
    expect(readdirSync(dirname(identityFile(machine)))).toEqual(["identity.txt"]);
  });
});

const PROCESS = `
  import { createNodeHost } from "./host/node-host.ts";
  import { publicKeyOf } from "./secrets/age.ts";
  import { ensureIdentity } from "./secrets/create-identity.ts";
  const host = createNodeHost({ homeDirectory: process.argv[2], env: {} });
  console.log(await publicKeyOf((await ensureIdentity(host)).secretKey()));
`;
