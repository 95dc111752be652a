import { describe, expect, it } from "vitest";
import { machineRemarks } from "../../src/manifest/machine-remarks.ts";
import { knownFromManifest, worldsOf } from "../../src/manifest/machine-worlds.ts";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";

const manifestOf = (rest: string) =>
  parseManifest(`schema_version: "2026-11-21"\n${rest}`, "atk.yaml", { clientIds: [] }).manifest;

const MANIFEST = manifestOf(`
mcp_servers:
  a: { command: node, when: { arch: arm64 } }
  b: { command: node, when: { host: "gpu-*" } }
machines:
  laptop: { match: { os: darwin, host: anna-mbp } }
  server: { match: { os: [linux, windows] } }
`);

describe("a machine that has told nothing", () => {
  it("is known by the conditions of its entry that leave one answer", () => {
    expect(knownFromManifest("Laptop", MANIFEST)).toEqual({
      name: "Laptop",
      tags: [],
      platform: "macos",
      hostname: "anna-mbp",
    });
    expect(knownFromManifest("server", MANIFEST)).toEqual({ name: "server", tags: [] });
  });

  it("could be anything that the manifest tells apart", () => {
    const worlds = worldsOf(knownFromManifest("laptop", MANIFEST), MANIFEST);
    expect(worlds.map(({ platform, arch, hostname }) => [platform, arch, hostname])).toEqual([
      ["macos", "arm64", "anna-mbp"],
      ["macos", "(another)", "anna-mbp"],
    ]);
    const all = worldsOf(knownFromManifest("server", MANIFEST), MANIFEST);
    expect(all).toHaveLength(3 * 2 * 3);
    expect(all.some(({ hostname }) => hostname === "gpu-x")).toBe(true);
  });
});

describe("names that nobody knows", () => {
  const remarks = machineRemarks(
    manifestOf(`
plugins: [memory]
mcp_servers: { notes: { command: node, when: { machine: [desk, labtop] } } }
machines:
  laptop: { plugins: { memroy: { enabled: false } }, mcp_servers: { memory: { enabled: false } } }
`),
    "Desk",
  );

  it("are said with their place and what was probably meant", () => {
    expect(remarks).toEqual([
      {
        pointer: "/machines/laptop/plugins/memroy",
        message: 'machines.laptop.plugins.memroy: the manifest has no plugin "memroy", so this changes nothing',
        hint: "did you mean `memory`?",
      },
      {
        pointer: "/machines/laptop/mcp_servers/memory",
        message: 'machines.laptop.mcp_servers.memory: the manifest has no server "memory", so this changes nothing',
        hint: "known: notes",
      },
      {
        pointer: "/mcp_servers/notes/when/machine",
        message: 'mcp_servers.notes.when.machine: no machine "labtop" is in `machines`, and this one is "Desk"',
        hint: "did you mean `laptop`?",
      },
    ]);
  });
});
