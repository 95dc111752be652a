import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { RegistryEntry } from "../../../src/manifest/manifest.ts";
import type { SourceContext } from "../../../src/sources/context.ts";
import { createKeys } from "../../../src/sources/registries/secret-key.ts";
import { resolveSource, type Resolved } from "../../../src/sources/resolve.ts";
import { createRegistryFolder, type RegistryFolder } from "./registry-folder.ts";

const KEYS = createKeys();

let acme: RegistryFolder;
beforeEach(() => {
  acme = createRegistryFolder();
});
afterEach(() => acme.world.remove());

function resolve(
  more: Partial<RegistryEntry> = {},
  context: Partial<SourceContext> = {},
  version?: string,
): Promise<Resolved> {
  const { world } = acme;
  const host = createNodeHost({ homeDirectory: world.home, workingDirectory: world.root, env: world.host.machine.env });
  const registries = [{ name: "acme", url: acme.url, priority: 10, key: KEYS.key, ...more }];
  const seenDirectory = world.path("home/seen");
  const whole = { ...world.context, host, registries, seenDirectory, indexMaxAgeMs: -1, ...context };
  return resolveSource("github", { type: "registry", ...(version === undefined ? {} : { version }) }, whole);
}

async function publish(version: string, signedAt?: number, keys = KEYS): Promise<string> {
  acme.plugin("github", version);
  await acme.index();
  if (signedAt !== undefined) acme.sign(keys, signedAt);
  return acme.commit(`github@${version}`);
}

const refused = (why: RegExp) => ({ code: "E_INTEGRITY", exitCode: 13, message: expect.stringMatching(why) });

describe("a registry with a key", () => {
  it("is used when its index is signed with that key", async () => {
    await publish("1.0.0", 1000);
    expect((await resolve()).locked.version).toBe("1.0.0");
  });

  it("is refused without a signature, with another key's, and with one over another index", async () => {
    await publish("1.0.0");
    await expect(resolve()).rejects.toMatchObject(
      refused(/acme: the manifest names a key, and the index is not signed/),
    );
    await publish("1.0.1", 1000, createKeys());
    await expect(resolve()).rejects.toMatchObject(refused(/acme: the signature is not good: it is of the key/));
    await publish("1.0.2", 1000);
    acme.plugin("github", "1.0.3");
    await acme.index();
    acme.commit();
    await expect(resolve()).rejects.toMatchObject(refused(/the content is not what was signed/));
  });

  it("is refused when the predecessor's index, which nobody can sign, stands in for the signed one", async () => {
    acme.world.write("acme/index.yaml", "plugins: [{ name: github, path: plugins/github, description: x }]\n");
    acme.plugin("github", "1.0.0");
    acme.commit();
    await expect(resolve()).rejects.toMatchObject(refused(/an index.yaml cannot be signed/));
  });

  it("is refused when its index is older than one that was seen before, also when the cache is gone", async () => {
    await publish("1.0.0", 1000);
    await publish("2.0.0", 2000);
    expect((await resolve()).locked.version).toBe("2.0.0");
    acme.world.git("acme", "reset", "--hard", "--quiet", "HEAD~1");
    const old = refused(
      /signed at 1970-01-01T00:16:40.000Z, but this machine has seen one of 1970-01-01T00:33:20.000Z/,
    );
    await expect(resolve()).rejects.toMatchObject(old);
    await expect(resolve({}, { cacheDirectory: acme.world.path("other-cache") })).rejects.toMatchObject(old);
  });

  it("gives an older version when it is asked for by number, signed as it was then", async () => {
    await publish("1.0.0", 1000);
    await publish("2.0.0", 2000);
    expect((await resolve({}, {}, "1.0.0")).locked.version).toBe("1.0.0");
    await publish("1.1.0");
    await publish("3.0.0", 3000);
    await expect(resolve({}, {}, "1.1.0")).rejects.toMatchObject(refused(/the content is not what was signed/));
  });

  it("lies in a folder and is checked all the same", async () => {
    await publish("1.0.0", 1000);
    expect((await resolve({ url: "../acme" })).locked.origin).toBe("../acme");
    await publish("1.1.0");
    await expect(resolve({ url: "../acme" })).rejects.toMatchObject(refused(/not what was signed/));
  });
});

describe("the policy that wants signed registries", () => {
  it("refuses a registry without a key, and lets the built-in one be", async () => {
    await publish("1.0.0", 1000);
    expect((await resolve({}, { signedOnly: true })).locked.version).toBe("1.0.0");
    const { key: _none, ...plain } = { name: "acme", url: acme.url, priority: 10, key: "" };
    const context = { signedOnly: true, registries: [plain] };
    await expect(resolve({}, context)).rejects.toMatchObject({ code: "E_POLICY", exitCode: 13 });
    expect((await resolve({}, { signedOnly: true, registries: [] })).locked.origin).toBeUndefined();
  });
});
