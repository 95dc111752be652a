import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRegistryFolder, type RegistryFolder } from "../../sources/registries/registry-folder.ts";
import { runAtk, type Ended } from "../../scenarios/run-atk.ts";

let acme: RegistryFolder;
beforeEach(async () => {
  acme = createRegistryFolder();
  await acme.publish("github", "1.0.0");
  await atk("init", "--agent", "cursor");
});
afterEach(() => acme.world.remove());

function atk(...words: readonly string[]): Promise<Ended> {
  const { home, host } = acme.world;
  return runAtk(words, { home, directory: acme.world.root, env: host.machine.env });
}

const manifestFile = (): string => acme.world.path("home/.atk/atk.yaml");
const manifest = (): string => readFileSync(manifestFile(), "utf8");

describe("atk registry add and remove", () => {
  it("give the manifest back byte for byte, comments and all, but for the empty list", async () => {
    writeFileSync(manifestFile(), `${manifest()}# the last word\nregistries: [] # none yet\n`);
    const before = manifest();
    expect((await atk("registry", "add", "acme", acme.url, "--priority", "20", "--ref", "main", "--yes")).code).toBe(0);
    expect(manifest()).toContain("# the last word");
    expect(manifest()).toContain("priority: 20");
    expect((await atk("registry", "remove", "acme", "--yes")).code).toBe(0);
    expect(manifest().replace(/\s+#/g, " #")).toBe(before.replace(/\s+#/g, " #"));
  });

  it("write nothing when nobody is there to say yes, for a dry run, and for what cannot be read", async () => {
    const before = manifest();
    expect((await atk("registry", "add", "acme", acme.url)).code).toBe(2);
    expect((await atk("registry", "add", "acme", acme.url, "--dry-run")).code).toBe(0);
    expect((await atk("registry", "add", "acme", `${acme.url}-gone`, "--yes")).code).toBe(7);
    expect((await atk("registry", "add", "acme", acme.world.path("home"), "--yes")).code).toBe(1);
    expect((await atk("registry", "add", "Acme", acme.url, "--yes")).code).toBe(5);
    expect((await atk("registry", "add", "acme", acme.url, "--priority", "high", "--yes")).code).toBe(2);
    expect((await atk("registry", "remove", "acme", "--yes")).code).toBe(4);
    expect(manifest()).toBe(before);
  });

  it("say what is wrong with a key", async () => {
    const { stderr, code } = await atk("registry", "add", "acme", acme.url, "--key", "secret", "--yes");
    expect([code, stderr]).toEqual([2, expect.stringContaining("is not a minisign public key")]);
  });
});

describe("an index that was fetched for a plan", () => {
  it("is kept by the apply of it, and by nothing that only plans", async () => {
    const kept = (): readonly string[] =>
      acme.world.list(acme.world.home).filter((path) => path.includes("/.cache/atk/registries/"));
    const lines = ["registries:", `  - { name: acme, url: "${acme.url}" }`, ""].join("\n");
    writeFileSync(manifestFile(), `${manifest().replace(/^plugins:.*$/m, "plugins: [github]")}${lines}`);
    expect((await atk("plan")).code).toBe(0);
    expect(kept()).toEqual([]);
    expect((await atk("apply", "--yes")).code).toBe(0);
    expect(kept()).toHaveLength(1);
  });
});

describe("a plugin made by atk registry new-plugin", () => {
  it("passes validation at once, and can be added from its registry and applied", async () => {
    const { world } = acme;
    world.write("team/plugins/.keep", "");
    expect((await atk("registry", "new-plugin", "deploy-bot", "--dir", "team")).code).toBe(0);
    expect(await atk("registry", "validate", "team")).toMatchObject({ code: 0, stdout: "" });
    expect((await atk("registry", "add", "team", "team", "--yes")).code).toBe(0);
    expect((await atk("add", "deploy-bot", "--yes", "--no-checks")).code).toBe(0);
    expect(readFileSync(world.path("home/.cursor/mcp.json"), "utf8")).toContain("deploy-bot");
    expect(readFileSync(world.path("home/.atk/plugins/deploy-bot/plugin.yaml"), "utf8")).toContain(
      "DEPLOY_BOT_GREETING",
    );
    expect((await atk("plan", "--check")).code).toBe(0);
  });
});

describe("what commands give as JSON", () => {
  it("is data of the registries, of a search and of one plugin", async () => {
    await atk("registry", "add", "acme", acme.url, "--yes");
    const json = async (...words: readonly string[]): Promise<unknown> =>
      JSON.parse((await atk(...words, "--json")).stdout);
    expect(await json("registry", "list")).toMatchObject([
      { name: "acme", type: "git", plugins: 1, signed: false, commit: expect.any(String) },
      { name: "atk", type: "built-in" },
    ]);
    expect(await json("search", "github", "--registry", "acme")).toMatchObject([{ name: "github", registry: "acme" }]);
    expect(await json("registry", "show", "acme/github")).toMatchObject({
      version: "1.0.0",
      versions: ["1.0.0"],
      maturity: "community",
      origin: acme.url,
      inside: { runs: [], variables: [], skills: [] },
    });
    expect(await json("registry", "update", "acme")).toMatchObject([{ name: "acme", plugins: 1 }]);
    expect((await atk("search", "--maturity", "best")).code).toBe(2);
    expect((await atk("search", "--agent", "nobody")).code).toBe(2);
    expect((await atk("search", "--registry", "nobody")).code).toBe(4);
  });

  it("needs no home to search and to look", async () => {
    const { home, root } = acme.world;
    const place = { home: acme.world.path("manifest"), directory: root, env: { PATH: process.env["PATH"] } };
    expect((await runAtk(["search", "memory"], place)).code).toBe(0);
    expect((await runAtk(["registry", "show", "memory"], place)).stdout).toContain("server memory: npx");
    expect(home).not.toBe(place.home);
  });
});
