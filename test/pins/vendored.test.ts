import { appendFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPinWorld, type PinWorld } from "./world.ts";

let world: PinWorld;
beforeEach(async () => {
  world = await createPinWorld();
});
afterEach(() => world.end());

const OFFLINE = { npm_config_registry: "http://127.0.0.1:9/" };

async function addAndVendor(): Promise<void> {
  world.plugin("acme", ["npx", "-y", "@acme/server"]);
  expect((await world.atk("add ./src/acme --yes")).code).toBe(0);
  expect((await world.atk("vendor")).stderr).toContain("packages of 1 server");
}

/** Another machine: nothing but the home's repository. */
function forgetEverything(): void {
  for (const path of [".cache", ".local", ".cursor", ".npm-cache"])
    rmSync(join(world.home, path), { recursive: true, force: true });
}

function contentFile(): string {
  const root = join(world.home, ".atk/vendor/npm/_cacache/content-v2/sha512");
  const [file = ""] = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.length > 20);
  return join(root, file);
}

describe("what servers run, vendored", () => {
  it("is installed on a machine that reaches no registry, and the server starts", async () => {
    await addAndVendor();
    forgetEverything();
    expect((await world.atk("apply --yes --offline", OFFLINE)).code).toBe(0);
    expect((await world.atk("mcp test acme --json", OFFLINE)).stdout).toContain('"second"');
    expect((await world.atk("vendor --check")).code).toBe(0);
  });

  it("is written once where two servers run the same package", async () => {
    world.plugin("twin", ["npx", "-y", "@acme/server"]);
    expect((await world.atk("add ./src/twin --yes")).code).toBe(0);
    await addAndVendor();
    expect((await world.atk("vendor --check")).code).toBe(0);
  });

  it("is left as it is by a second time", async () => {
    await addAndVendor();
    expect((await world.atk("vendor")).stderr).not.toContain("packages of");
  });

  it("is refused when a byte of it is another, with exit 13", async () => {
    await addAndVendor();
    appendFileSync(contentFile(), "x");
    const { code, stdout } = await world.atk("vendor --check");
    expect(code).toBe(13);
    expect(stdout).toContain("not the content that its name says");
    forgetEverything();
    const applied = await world.atk("apply --yes --offline", OFFLINE);
    expect(applied.stderr).toMatch(/not installed yet|not what was locked/);
  });
});

describe("verify", () => {
  it("reads every file of what servers run, and names one that was changed", async () => {
    world.plugin("acme", ["npx", "-y", "@acme/server"]);
    expect((await world.atk("add ./src/acme --yes")).code).toBe(0);
    expect((await world.atk("verify")).code).toBe(0);
    const [folder = ""] = world.list(".cache/atk/npm");
    appendFileSync(join(world.home, ".cache/atk/npm", folder, "node_modules/@acme/server/package.json"), " ");
    const { code, stdout } = await world.atk("verify");
    expect(code).toBe(13);
    expect(stdout).toContain("node_modules/@acme/server/package.json");
    expect((await world.atk("cache verify")).code).toBe(13);
  });

  it("finds a dependency tree beside the lock that is gone or another", async () => {
    world.plugin("acme", ["npx", "-y", "@acme/server"]);
    expect((await world.atk("add ./src/acme --yes")).code).toBe(0);
    const [tree = ""] = world.list(".atk/atk.lock.d/npm");
    appendFileSync(join(world.home, ".atk/atk.lock.d/npm", tree), " ");
    const changed = await world.atk("verify");
    expect(changed.code).toBe(13);
    expect(changed.stdout).toContain("what @acme/server depends on");
    rmSync(join(world.home, ".atk/atk.lock.d/npm", tree));
    expect((await world.atk("verify")).stdout).toContain("is missing");
  });
});
