import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SourceContext } from "../../src/sources/context.ts";
import { openLocked, resolveSource, type Resolved } from "../../src/sources/resolve.ts";
import { serve, type FileServer } from "./file-server.ts";
import { createWorld, type World } from "./world.ts";

const NAME = "io.github.acme/weather";
const BASE = "/v0.1/servers/io.github.acme%2Fweather/versions";
const serverJson = (version: string, identifier = "@acme/weather") => ({
  name: NAME,
  description: "Weather",
  version,
  packages: [{ registryType: "npm", identifier, version, transport: { type: "stdio" } }],
});
const answer = (version: string, identifier?: string): string =>
  JSON.stringify({ server: serverJson(version, identifier), _meta: {} });

let world: World;
let registry: FileServer;
let context: SourceContext;
const answers: Record<string, string> = {};
beforeEach(async () => {
  world = createWorld();
  Object.assign(answers, {
    [BASE]: JSON.stringify({
      servers: ["1.0.0", "1.2.0", "2.0.0"].map((version) => ({ server: { name: NAME, version } })),
    }),
    [`${BASE}/latest`]: answer("2.0.0"),
    [`${BASE}/1.2.0`]: answer("1.2.0"),
    [`${BASE}/2.0.0`]: answer("2.0.0"),
  });
  registry = await serve(answers);
  const machine = { ...world.host.machine, env: { ...world.host.machine.env, ATK_MCP_REGISTRY: registry.url } };
  context = { ...world.context, host: { ...world.host, machine } };
});
afterEach(async () => {
  await registry.close();
  world.remove();
});

const resolve = (server: string, version?: string): Promise<Resolved> =>
  resolveSource("weather", { type: "mcp-registry", server, ...(version === undefined ? {} : { version }) }, context);
const yaml = async ({ tree }: Resolved): Promise<string> => new TextDecoder().decode(await tree.read("plugin.yaml"));

describe("a server of the MCP registry", () => {
  it("is locked to the newest version, and pinned in what is run", async () => {
    const found = await resolve(NAME);
    expect(found.locked).toEqual({
      source: { type: "mcp-registry", server: NAME },
      version: "2.0.0",
      origin: registry.url,
      integrity: found.tree.integrity,
    });
    expect(await yaml(found)).toContain('"@acme/weather@2.0.0"');
  });

  it("may be asked for by version and by range", async () => {
    expect((await resolve(NAME, "1.2.0")).locked.version).toBe("1.2.0");
    expect((await resolve(NAME, "^1.0.0")).locked.version).toBe("1.2.0");
    await expect(resolve(NAME, "^3")).rejects.toMatchObject({
      code: "E_PLUGIN_NOT_FOUND",
      hint: "it has 1.0.0, 1.2.0, 2.0.0",
    });
  });

  it("is opened on another machine at the locked version, though a newer one is there", async () => {
    const { locked } = await resolveSource(
      "weather",
      { type: "mcp-registry", server: NAME, version: "^1.0.0" },
      { ...context, temporary: true },
    );
    answers[`${BASE}/latest`] = answer("3.0.0");
    expect((await openLocked("weather", locked, context)).integrity).toBe(locked.integrity);
  });

  it("that says something else of the same version later is refused with both digests", async () => {
    const { locked } = await resolveSource(
      "weather",
      { type: "mcp-registry", server: NAME },
      { ...context, temporary: true },
    );
    answers[`${BASE}/2.0.0`] = answer("2.0.0", "@evil/weather");
    await expect(openLocked("weather", locked, context)).rejects.toMatchObject({
      code: "E_INTEGRITY",
      message: expect.stringContaining(locked.integrity),
    });
  });

  it("that is not there, or another than was asked for, is refused", async () => {
    await expect(resolve("io.github.acme/none")).rejects.toMatchObject({ code: "E_PLUGIN_NOT_FOUND" });
    answers[`${BASE}/latest`] = JSON.stringify({ server: { ...serverJson("2.0.0"), name: "io.github.evil/weather" } });
    await expect(resolve(NAME)).rejects.toMatchObject({ code: "E_SOURCE", message: expect.stringContaining("evil") });
    answers[`${BASE}/latest`] = "<html>";
    await expect(resolve(NAME)).rejects.toMatchObject({ code: "E_PLUGIN_INVALID" });
  });
});

describe("a server.json", () => {
  it("is read from a path beside the manifest and from an address", async () => {
    world.write("manifest/server.json", JSON.stringify(serverJson("1.0.0")));
    answers["/x/server.json"] = JSON.stringify(serverJson("1.0.0"));
    const local = await resolve("./server.json");
    const remote = await resolve(`${registry.url}/x/server.json`);
    expect(local.locked).toMatchObject({ version: "1.0.0", integrity: remote.locked.integrity });
    await expect(resolve("./none/server.json")).rejects.toMatchObject({ code: "E_PLUGIN_NOT_FOUND" });
  });
});
