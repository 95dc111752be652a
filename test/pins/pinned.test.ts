import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acme, createPinWorld, type PinWorld } from "./world.ts";

let world: PinWorld;
beforeEach(async () => {
  world = await createPinWorld();
});
afterEach(() => world.end());

const OFFLINE = { npm_config_registry: "http://127.0.0.1:9/", npm_config_offline: "true" };
const TREES = ".atk/atk.lock.d/npm";

async function add(words: readonly string[], flags = ""): Promise<void> {
  world.plugin("acme", words);
  const { code, stderr } = await world.atk(`add ./src/acme --yes${flags}`);
  expect(stderr).toContain("Done");
  expect(code).toBe(0);
}

function storedFile(name: string): string {
  const [folder = ""] = world.list(".cache/atk/npm");
  return join(world.home, ".cache/atk/npm", folder, name);
}

describe("what npx would fetch is locked", () => {
  it("add locks the exact version, its integrity and its tree, and the client starts it through atk", async () => {
    await add(["npx", "-y", "@acme/server", "--loud"]);
    const pin = world.lock()["plugins"]?.["acme"]?.["programs"]?.["acme"];
    expect(pin).toMatchObject({ type: "npm", package: "@acme/server", version: "1.1.0" });
    expect(pin?.["integrity"]).toMatch(/^sha512-/);
    const [tree = "", ...others] = world.list(TREES);
    expect(others).toEqual([]);
    expect(tree).toBe(`@acme__server@1.1.0-${pin?.["tree"]?.slice(7, 19)}.json`);
    expect(world.read(`${TREES}/${tree}`)).toContain("acme-words");
    const entry = JSON.parse(world.read(".cursor/mcp.json")) as { mcpServers: { acme: { args: string[] } } };
    expect(entry.mcpServers.acme.args.slice(-4)).toEqual(["mcp", "run", "-g", "acme"].slice(-4));
  });

  it("it starts from the store with its own arguments, without a network", async () => {
    await add(["npx", "-y", "@acme/server@1.0.0", "--loud"]);
    const seen = world.registry.seen.length;
    const { code, stdout } = await world.atk("mcp test acme --json", OFFLINE);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      servers: [{ ok: true, tools: [{ name: "first", description: "--loud" }] }],
    });
    expect(world.registry.seen.length).toBe(seen);
  });

  it("a newer version changes nothing until `atk lock NAME`", async () => {
    await add(["npx", "-y", "@acme/server@^1"]);
    world.registry.publish(acme("1.2.0", "third"));
    expect((await world.atk("plan --check")).code).toBe(0);
    expect((await world.atk("mcp test acme --json")).stdout).toContain('"second"');
    expect((await world.atk("lock acme --yes")).stderr).toContain(
      "~ acme runs @acme/server@1.1.0 -> @acme/server@1.2.0",
    );
    // Another program is another thing to allow.
    expect((await world.atk("mcp test acme")).code).toBe(13);
    expect((await world.atk("apply --yes")).code).toBe(0);
    expect((await world.atk("mcp test acme --json")).stdout).toContain('"third"');
    expect(world.list(TREES)).toHaveLength(1);
  });

  it("the tree goes when no entry needs it", async () => {
    await add(["npx", "-y", "@acme/server"]);
    expect((await world.atk("remove acme --yes")).code).toBe(0);
    expect(world.exists(".atk/atk.lock.d")).toBe(false);
  });

  it("servers of the manifest are pinned as well, by the words of their command", async () => {
    const manifest = (version: string): string =>
      `schema_version: "2026-11-21"\nagents: [cursor]\nplugins: []\nmcp_servers:\n  own: { command: npx, args: [-y, "@acme/server${version}"] }\n`;
    world.write(".atk/atk.yaml", manifest("@1.0.0"));
    expect((await world.atk("plan")).stdout).toContain("own: unpinned until it is applied");
    expect((await world.atk("apply --yes")).code).toBe(0);
    expect(world.lock()["servers"]?.["own"]).toMatchObject({ program: { version: "1.0.0" } });
    expect((await world.atk("mcp test own --json", OFFLINE)).stdout).toContain('"first"');
    world.write(".atk/atk.yaml", manifest(""));
    expect((await world.atk("apply --yes")).code).toBe(0);
    expect(world.lock()["servers"]?.["own"]).toMatchObject({ program: { version: "1.1.0" } });
  });

  it("another machine installs what the lock says, when it applies", async () => {
    await add(["npx", "-y", "@acme/server"]);
    world.registry.publish(acme("1.2.0", "third"));
    for (const path of [".cache", ".local", ".cursor", ".npm-cache"])
      rmSync(join(world.home, path), { recursive: true, force: true });
    expect((await world.atk("apply --yes")).code).toBe(0);
    expect((await world.atk("mcp test acme --json", OFFLINE)).stdout).toContain('"second"');
  });

  it("in a project, whose files are shared, clients get npx with the exact version", async () => {
    world.write(
      "work/atk.yaml",
      'schema_version: "2026-11-21"\nagents: [cursor]\nplugins: []\nmcp_servers:\n  own: { command: npx, args: [-y, "@acme/server"] }\n',
    );
    const { code } = await world.atk("apply --yes", {});
    expect(code).toBe(0);
    const { runAtk } = await import("../scenarios/run-atk.ts");
    const place = { home: world.home, directory: join(world.home, "work"), env: world.env };
    expect((await runAtk(["apply", "--yes"], place)).code).toBe(0);
    expect(world.read("work/.cursor/mcp.json")).toContain('"@acme/server@1.1.0"');
    expect(world.list("work/atk.lock.d/npm")).toHaveLength(1);
  });
});

describe("what is not as it was locked is refused with exit 13", () => {
  it("a changed file in the store: says which", async () => {
    await add(["npx", "-y", "@acme/server"]);
    appendFileSync(storedFile("node_modules/@acme/server/bin/server.js"), "// and more\n");
    const { stdout, code } = await world.atk("mcp test acme --json");
    expect(code).not.toBe(0);
    expect(stdout).toContain("E_INTEGRITY");
    expect(stdout).toContain("node_modules/@acme/server/bin/server.js (changed)");
    const run = await world.atk("mcp run -g acme");
    expect(run.code).toBe(13);
    expect(run.stderr).toContain("node_modules/@acme/server/bin/server.js (changed)");
  });

  it("other bytes behind the same version, when another machine installs it", async () => {
    await add(["npx", "-y", "@acme/server@1.0.0"]);
    world.registry.swapTarball("@acme/server", "1.0.0", acme("1.0.0", "evil"));
    for (const path of [".cache", ".cursor", ".npm-cache"])
      rmSync(join(world.home, path), { recursive: true, force: true });
    const { code, stderr } = await world.atk("apply --yes");
    expect(code).toBe(13);
    expect(stderr).toMatch(/@acme\/server@1\.0\.0.*sha512-/);
    expect(world.exists(".cursor/mcp.json")).toBe(false);
  });

  it("a version that was published again with other content, when it is locked anew", async () => {
    await add(["npx", "-y", "@acme/server@1.0.0"]);
    const before = world.read(".atk/atk.lock");
    world.registry.publish(acme("1.0.0", "evil"));
    rmSync(join(world.home, ".npm-cache"), { recursive: true });
    const { code, stderr } = await world.atk("lock acme --yes");
    expect(stderr).toMatch(/published again with other content: locked sha512-\S+, the registry now states sha512-/);
    expect(code).toBe(13);
    expect(world.read(".atk/atk.lock")).toBe(before);
  });
});

describe("policy", () => {
  const manifest = (policy: string): string =>
    `schema_version: "2026-11-21"\nagents: [cursor]\nplugins: []\npolicy: ${policy}\n`;

  it("a registry that does not answer fails no add: the server is unpinned, and status says so", async () => {
    world.plugin("acme", ["npx", "-y", "@acme/server"]);
    const { code } = await world.atk("add ./src/acme --yes", OFFLINE);
    expect(code).toBe(0);
    expect((await world.atk("status")).stdout).toContain("acme: unpinned: the npm registry could not be reached");
    expect((await world.atk("lock --yes")).code).toBe(0);
    expect((await world.atk("status")).stdout).not.toContain("unpinned");
  });

  it("unpinned: deny refuses it with exit 13, and allow says nothing", async () => {
    world.plugin("acme", ["npx", "-y", "@acme/server"]);
    world.write(".atk/atk.yaml", manifest("{ unpinned: deny }"));
    const denied = await world.atk("add ./src/acme --yes", OFFLINE);
    expect(denied.code).toBe(13);
    expect(denied.stderr).toContain("policy.unpinned");
    world.write(".atk/atk.yaml", manifest("{ unpinned: allow }"));
    expect((await world.atk("add ./src/acme --yes", OFFLINE)).stderr).not.toContain("unpinned");
  });

  it("minimum_release_age: a version that is too young is not chosen, and refused when it is named", async () => {
    const at = new Date(Date.now() - 3_600_000).toISOString();
    world.registry.publish(acme("1.3.0", "young", { at }));
    world.write(".atk/atk.yaml", manifest("{ minimum_release_age: 7d }"));
    await add(["npx", "-y", "@acme/server"]);
    expect(world.lock()["plugins"]?.["acme"]?.["programs"]?.["acme"]).toMatchObject({ version: "1.1.0" });
    world.plugin("young", ["npx", "-y", "@acme/server@1.3.0"]);
    const { code, stderr } = await world.atk("add ./src/young --yes");
    expect(code).toBe(13);
    expect(stderr).toContain(`@acme/server@1.3.0 was published on ${at.slice(0, 10)}`);
    world.write(".atk/atk.yaml", manifest("{ minimum_release_age: 90000d }"));
    world.plugin("newest", ["npx", "-y", "@acme/server"]);
    const none = await world.atk("add ./src/newest --yes");
    expect(none.code).toBe(13);
    expect(none.stderr).toContain("no version of @acme/server@latest and of what it depends on is old enough");
  });

  it("install scripts run only for packages that the policy names", async () => {
    const install = { install: "node -e \"require('node:fs').writeFileSync('built', '1')\"" };
    world.registry.publish(acme("2.0.0", "scripted", { scripts: install }));
    await add(["npx", "-y", "@acme/server@2.0.0"]);
    expect(world.lock()["plugins"]?.["acme"]?.["programs"]?.["acme"]).toMatchObject({ scripts: ["@acme/server"] });
    const [first = ""] = world.list(".cache/atk/npm");
    expect(world.exists(`.cache/atk/npm/${first}/node_modules/@acme/server/built`)).toBe(false);
    const text = world.read(".atk/atk.yaml");
    world.write(".atk/atk.yaml", `${text}policy: { install_scripts: ["@acme/server"] }\n`);
    expect((await world.atk("mcp test acme")).code).toBe(0);
    const second = world.list(".cache/atk/npm").find((name) => name !== first) ?? "";
    expect(world.exists(`.cache/atk/npm/${second}/node_modules/@acme/server/built`)).toBe(true);
  });
});
