import { afterEach, beforeEach, describe, expect, it } from "vitest";
import fc from "fast-check";
import { AtkError } from "../../../src/core/errors.ts";
import { parseIndex } from "../../../src/sources/registries/parse-index.ts";
import { resolveSource, type Resolved } from "../../../src/sources/resolve.ts";
import { createRegistryFolder, type RegistryFolder } from "./registry-folder.ts";

const ENTRY = {
  name: "github",
  path: "plugins/github",
  description: "x",
  version: "1.0.0",
  tags: [],
  maturity: "verified",
  integrity: `sha256-${"0".repeat(64)}`,
};
const index = (...plugins: readonly unknown[]): Uint8Array =>
  Buffer.from(JSON.stringify({ schema_version: "x", plugins }));
const parse = (bytes: Uint8Array, format: "json" | "yaml" = "json") =>
  parseIndex(bytes, { file: `index.${format}`, format });

describe("the index of a hostile registry", () => {
  it("is refused when a path leads out of the registry", async () => {
    for (const path of [
      "../x",
      "plugins/../../x",
      "/etc",
      "C:\\x",
      "plugins\\..\\x",
      "",
      ".",
      "a/./b",
      "plugins/a\u202Eb",
    ])
      await expect(parse(index({ ...ENTRY, path })), path).rejects.toMatchObject({ code: "E_HOSTILE" });
  });

  it("is refused when a name is there twice or is none", async () => {
    await expect(parse(index(ENTRY, ENTRY))).rejects.toThrow("the name github is there twice");
    for (const name of ["../x", "GitHub", "", "a".repeat(65), "__proto__", "gìthub"])
      await expect(parse(index({ ...ENTRY, name })), name).rejects.toMatchObject({ code: "E_SOURCE" });
  });

  it("is refused when something in it has the wrong type", async () => {
    const wrong = [{ version: 1 }, { tags: "x" }, { tags: [1] }, { maturity: "best" }, { integrity: "md5-0" }];
    const more = [{ description: null }, { executables: {} }, { provides: [{}] }, { path: ["plugins"] }];
    for (const part of [...wrong, ...more])
      await expect(parse(index({ ...ENTRY, ...part })), JSON.stringify(part)).rejects.toMatchObject({
        code: "E_SOURCE",
      });
    for (const text of ["", "[]", "null", "{}", '{"plugins":{}}', '{"plugins":[null]}', "{", "\0"])
      await expect(parse(Buffer.from(text)), text).rejects.toMatchObject({ code: "E_SOURCE" });
  });

  it("is refused when it is huge", async () => {
    await expect(parse(new Uint8Array(17 * 1024 * 1024))).rejects.toThrow("larger than 16 MiB");
    await expect(parse(index({ ...ENTRY, description: "x".repeat(3000) }))).rejects.toThrow(
      "plugins/0/description is too long",
    );
  });

  it("is refused when it is a YAML bomb", async () => {
    const lines = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let at = 0; at < 9; at++) {
      const [here, above] = [String.fromCharCode(98 + at), String.fromCharCode(97 + at)];
      lines.push(`${here}: &${here} [${Array.from({ length: 9 }, () => `*${above}`).join(",")}]`);
    }
    await expect(parse(Buffer.from([...lines, "plugins: *j"].join("\n")), "yaml")).rejects.toMatchObject({
      code: "E_SOURCE",
    });
  });

  it("gives an index or an error of atk's own, whatever the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), fc.constantFrom("json", "yaml"), async (text, format) => {
        await parse(Buffer.from(text), format as "json" | "yaml").catch((error: unknown) =>
          expect(error).toBeInstanceOf(AtkError),
        );
      }),
    );
  });
});

describe("a hostile registry", () => {
  let acme: RegistryFolder;
  beforeEach(() => {
    acme = createRegistryFolder();
  });
  afterEach(() => acme.world.remove());

  const resolve = (url: string, version?: string): Promise<Resolved> =>
    resolveSource(
      "github",
      { type: "registry", ...(version === undefined ? {} : { version }) },
      { ...acme.world.context, registries: [{ name: "acme", url, priority: 10 }] },
    );

  it("cannot make a link the plugin's folder, in a folder or in git", async () => {
    acme.world.write("outside/plugin.yaml", "name: x\n");
    acme.world.link("../../outside", "acme/plugins/github");
    acme.world.write("acme/index.json", index(ENTRY));
    acme.commit();
    for (const url of ["../acme", acme.url])
      await expect(resolve(url)).rejects.toMatchObject({
        code: "E_HOSTILE",
        message: expect.stringMatching(/cannot be a link/),
      });
  });

  it("cannot put a folder above the plugins elsewhere", async () => {
    acme.world.write("outside/github/plugin.yaml", "name: x\n");
    acme.world.link("../outside", "acme/plugins");
    acme.world.write("acme/index.json", index(ENTRY));
    acme.commit();
    for (const url of ["../acme", acme.url]) await expect(resolve(url)).rejects.toMatchObject({ code: "E_HOSTILE" });
  });

  it("cannot have its index in a link, a pipe or a folder", async () => {
    acme.world.write("outside/index.json", index(ENTRY));
    acme.world.link("../outside/index.json", "acme/index.json");
    acme.commit();
    for (const url of ["../acme", acme.url]) await expect(resolve(url)).rejects.toThrow(/it has no index.json/);
  });

  it("whose index.json is too large is refused, and an index.yaml beside it does not count", async () => {
    acme.world.write("acme/index.json", Buffer.alloc(17 * 1024 * 1024, 32));
    acme.world.write("acme/index.yaml", "plugins: []\n");
    acme.commit();
    for (const url of ["../acme", acme.url])
      await expect(resolve(url)).rejects.toThrow(/index.json is larger than 16 MiB/);
  });

  it("cannot be named by an address that runs something or holds a password", async () => {
    for (const url of ["ext::sh -c 'touch x'", "fd::3", "ftp://example.com/x"])
      await expect(resolve(url), url).rejects.toMatchObject({ code: "E_SOURCE" });
    await expect(resolve("https://mia:secret@example.com/x.git")).rejects.toMatchObject({ code: "E_SECRET_IN_GIT" });
  });

  it("cannot name a commit that git would take for an option", async () => {
    acme.plugin("github", "1.0.0");
    await acme.index();
    acme.commit("github@1.0.0");
    acme.world.git("acme", "tag", "github@--upload-pack=x");
    expect((await resolve(acme.url, ">=1")).locked.version).toBe("1.0.0");
  });
});
