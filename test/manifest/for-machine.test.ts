import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entriesFor, factsOf, forMachine, type NamedMachine } from "../../src/manifest/for-machine.ts";
import type { Manifest } from "../../src/manifest/manifest.ts";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";

const laptop: NamedMachine = {
  platform: "linux",
  arch: "x64",
  hostname: "thinkpad-7.lan",
  name: "thinkpad-7",
  tags: ["own"],
};

function manifestOf(rest: string): Manifest {
  const text = `schema_version: "2026-11-21"\nagents: [codex]\n${rest}`;
  return parseManifest(text, "atk.yaml", { clientIds: ["codex", "cursor", "claude-code"] }).manifest;
}

const MANIFEST = manifestOf(`
plugins:
  - name: memory
    env: { LEVEL: info, REGION: eu }
    service: running
    ports: { api: 8787 }
  - { name: vpn, when: { tags: [work] } }
  - { name: gpu, when: { machine: server } }
mcp_servers:
  notes: { command: node, args: [notes.js], env: { LOG: "1" } }
  linear: { url: "https://mcp.linear.app/mcp", headers: { X-Team: core } }
skills:
  - { path: ./skills/ship, when: { os: windows } }
machines:
  laptops:
    match: { host: "thinkpad-*", os: linux }
    tags: work
    agents: [cursor]
    plugins:
      memory: { env: { LEVEL: debug }, ports: { api: 9000, admin: auto }, service: stopped }
    mcp_servers:
      notes: { enabled: false }
      linear: { headers: { X-Team: field } }
  thinkpad-7:
    plugins: { memory: { env: { LEVEL: trace }, agents: [claude-code] } }
  server:
    match: { os: [darwin, windows] }
    plugins: { memory: { enabled: false } }
`);

const here = forMachine(MANIFEST, laptop);
const plugin = (name: string) => here.plugins.find((each) => each.name === name);

describe("a manifest on one machine", () => {
  it("hears the entries that match, and the one with the machine's name", () => {
    expect(entriesFor(MANIFEST.machines, laptop).map(({ name }) => name)).toEqual(["laptops", "thinkpad-7"]);
    expect(factsOf(MANIFEST.machines, laptop)).toMatchObject({
      tags: ["own", "work"],
      machines: ["thinkpad-7", "laptops"],
    });
  });

  it("has maps added name by name and everything else replaced, the later entry over the earlier", () => {
    expect(plugin("memory")).toMatchObject({
      env: { LEVEL: "trace", REGION: "eu" },
      ports: { api: 9000, admin: "auto" },
      service: "stopped",
      agents: ["claude-code"],
      enabled: true,
    });
    expect(here.servers["notes"]).toMatchObject({ enabled: false, env: { LOG: "1" } });
    expect(here.servers["linear"]).toMatchObject({ headers: { "X-Team": "field" } });
    expect(here.agents).toEqual(["cursor"]);
  });

  it("still tells what the entry itself says of a variable", () => {
    expect(plugin("memory")?.layers).toEqual({
      written: { LEVEL: "info", REGION: "eu" },
      machine: { LEVEL: "trace" },
    });
    expect(plugin("vpn")?.layers).toBeUndefined();
  });

  it("keeps `when` only where it does not hold", () => {
    expect(plugin("vpn")).not.toHaveProperty("when");
    expect(plugin("gpu")).toHaveProperty("when");
    expect(here.skills[0]).toHaveProperty("when");
  });

  it("leaves the manifest itself as it is written", () => {
    expect(MANIFEST.plugins[0]).toMatchObject({ env: { LEVEL: "info" }, service: "running" });
  });
});

const word = fc.constantFrom("a", "b", "c", "laptop", "server");
const override = fc.record(
  {
    enabled: fc.boolean(),
    agents: fc.array(fc.constantFrom("codex", "cursor"), { maxLength: 2 }),
    env: fc.dictionary(fc.constantFrom("X", "Y"), word),
    service: fc.constantFrom("running" as const, "stopped" as const),
    ports: fc.dictionary(fc.constantFrom("api", "80"), fc.constantFrom(8080, "auto" as const)),
  },
  { requiredKeys: ["env", "ports"] },
);
const entry = fc.record(
  {
    name: word,
    match: fc.record(
      { os: fc.constant(["linux"] as const), host: fc.array(fc.constantFrom("thinkpad-*", "other"), { minLength: 1 }) },
      { requiredKeys: [] },
    ),
    tags: fc.array(word, { maxLength: 2 }),
    plugins: fc.dictionary(fc.constantFrom("memory", "vpn", "nothing"), override),
    servers: fc.constant({}),
  },
  { requiredKeys: ["name", "tags", "plugins", "servers"] },
);
const machines = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 4 });
const machine = fc.record({
  platform: fc.constantFrom("linux" as const, "macos" as const, "windows" as const),
  arch: fc.constantFrom("x64", "arm64"),
  hostname: fc.constantFrom("thinkpad-7.lan", "other", "x"),
  name: word,
  tags: fc.array(word, { maxLength: 2 }),
});

describe("folding", () => {
  it("twice is folding once", () => {
    fc.assert(
      fc.property(machines, machine, (all, where) => {
        const once = forMachine({ ...MANIFEST, machines: all }, where);
        expect(forMachine(once, where)).toEqual(once);
      }),
    );
  });

  it("changes nothing on a machine that no entry is about, but `when`", () => {
    fc.assert(
      fc.property(machines, machine, (all, where) => {
        const manifest = { ...MANIFEST, machines: all };
        fc.pre(entriesFor(all, where).length === 0);
        const folded = forMachine(manifest, where);
        const bare = (from: Manifest) => from.plugins.map(({ when: _when, ...others }) => others);
        expect(bare(folded)).toEqual(bare(manifest));
      }),
    );
  });

  it("takes each word from the last entry that says it", () => {
    fc.assert(
      fc.property(machines, machine, (all, where) => {
        const folded = forMachine({ ...MANIFEST, machines: all }, where).plugins[0];
        const said = entriesFor(all, where).flatMap(({ plugins }) => plugins["memory"] ?? []);
        expect(folded?.enabled).toBe(said.findLast(({ enabled }) => enabled !== undefined)?.enabled ?? true);
        expect(folded?.service).toBe(said.findLast(({ service }) => service !== undefined)?.service ?? "running");
        expect(folded?.env["X"]).toBe(said.findLast(({ env }) => env["X"] !== undefined)?.env["X"]);
        expect(folded?.env["REGION"]).toBe("eu");
      }),
    );
  });

  it("keeps every name of the manifest, in its order, and adds none", () => {
    fc.assert(
      fc.property(machines, machine, (all, where) => {
        const folded = forMachine({ ...MANIFEST, machines: all }, where);
        expect(folded.plugins.map(({ name }) => name)).toEqual(["memory", "vpn", "gpu"]);
        expect(Object.keys(folded.servers)).toEqual(["notes", "linear"]);
      }),
    );
  });
});
