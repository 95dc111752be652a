import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RegistryEntry, Source } from "../../../src/manifest/manifest.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { SourceContext } from "../../../src/sources/context.ts";
import { withPartialClone } from "../../../src/sources/registries/git-partial.ts";
import { openLocked, resolveSource, type Resolved } from "../../../src/sources/resolve.ts";
import { serveRepositories } from "../../git/http-remote.ts";
import type { World } from "../world.ts";
import { createRegistryFolder, type RegistryFolder } from "./registry-folder.ts";

type RegistrySource = Extract<Source, { type: "registry" }>;

let acme: RegistryFolder;
let world: World;
beforeEach(() => {
  acme = createRegistryFolder();
  ({ world } = acme);
});
afterEach(() => world.remove());

/** A run of its own: nothing is remembered but what lies on the disk. */
function run(registries: readonly RegistryEntry[], more: Partial<SourceContext> = {}): SourceContext {
  const { machine } = world.host;
  const host = createNodeHost({ homeDirectory: world.home, workingDirectory: world.root, env: machine.env });
  return { ...world.context, host, registries, seenDirectory: world.path("home/seen"), ...more };
}

const named = (url: string, more: Partial<RegistryEntry> = {}): RegistryEntry => ({
  name: "acme",
  url,
  priority: 10,
  ...more,
});
const resolve = (name: string, context: SourceContext, source: Partial<RegistrySource> = {}): Promise<Resolved> =>
  resolveSource(name, { type: "registry", ...source }, context);

describe("a plugin of a registry in git", () => {
  it("is locked with where it came from, the exact commit, its version, its maturity and its digest", async () => {
    const commit = await acme.publish("github", "1.2.0");
    const { locked, tree } = await resolve("github", run([named(acme.url)]));
    expect(locked).toEqual({
      source: { type: "registry" },
      version: "1.2.0",
      commit,
      origin: acme.url,
      maturity: "community",
      integrity: tree.integrity,
    });
    expect(tree.entries.map(({ path }) => path)).toEqual(["plugin.yaml", "run.sh"]);
    expect(tree.entries[1]).toMatchObject({ executable: true });
  });

  it("is the same on another machine, after the registry has moved on, and without the manifest's registries", async () => {
    await acme.publish("github", "1.2.0");
    const { locked, tree } = await resolve("github", run([named(acme.url)]));
    await acme.publish("github", "2.0.0");
    rmSync(world.home, { recursive: true });
    const again = await openLocked("github", locked, run([]));
    expect(again.integrity).toBe(tree.integrity);
  });

  it("comes over http as well", async () => {
    await acme.publish("github", "1.2.0");
    world.git(".", "clone", "--quiet", "--bare", "acme", "served/acme.git");
    world.git("served/acme.git", "config", "uploadpack.allowFilter", "true");
    const server = await serveRepositories(world.path("served"), { PATH: process.env["PATH"] ?? "" });
    try {
      const { locked } = await resolve("github", run([named(`${server.url}/acme.git`)]));
      expect(locked.origin).toBe(`${server.url}/acme.git`);
    } finally {
      await server.close();
    }
  });

  it("is fetched alone: of all others only the names come", async () => {
    acme.plugin("huge", "1.0.0");
    world.git("acme", "config", "uploadpack.allowFilter", "true");
    const commit = await acme.publish("github", "1.2.0");
    await withPartialClone({ url: acme.url, ref: commit }, run([]), async (clone) => {
      const place = relative(world.root, clone.directory);
      const missing = (): readonly string[] =>
        world.git(place, "rev-list", "--objects", "--missing=print", commit).match(/^\?.*/gm) ?? [];
      const all = await clone.list();
      expect(missing()).toHaveLength(new Set(all.map((blob) => blob.id)).size);
      await clone.fetch(all.filter((blob) => blob.path === "plugins/github/plugin.yaml"));
      const huge = all.find((blob) => blob.path === "plugins/huge/plugin.yaml");
      expect(missing()).toContain(`?${huge?.id ?? ""}`);
      expect(missing()).toHaveLength(new Set(all.map((blob) => blob.id)).size - 1);
    });
  });

  it("is given in the version that is asked for, exactly or as a range, when the registry has a tag for it", async () => {
    const first = await acme.publish("github", "1.0.0");
    await acme.publish("github", "1.4.0");
    await acme.publish("github", "2.0.0");
    const registries = [named(acme.url)];
    expect((await resolve("github", run(registries), { version: "^1.0" })).locked.version).toBe("1.4.0");
    expect((await resolve("github", run(registries), { version: "1.0.0" })).locked).toMatchObject({ commit: first });
    expect((await resolve("github", run(registries), { version: ">=1" })).locked.version).toBe("2.0.0");
    await expect(resolve("github", run(registries), { version: "^3" })).rejects.toThrow(
      "version ^3 is asked for, registry acme has 2.0.0, 1.4.0, 1.0.0",
    );
  });

  it("is refused where a tag names a commit with another version", async () => {
    await acme.publish("github", "1.0.0");
    world.git("acme", "tag", "github@9.0.0");
    await expect(resolve("github", run([named(acme.url)]), { version: ">1" })).rejects.toMatchObject({
      code: "E_INTEGRITY",
      message: expect.stringMatching(/its tag github@9.0.0 is at .*, where the index has version 1.0.0/),
    });
  });

  it("is refused with both digests when it is not what the index says", async () => {
    await acme.publish("github", "1.0.0");
    world.write("acme/plugins/github/run.sh", "#!/bin/sh\necho changed\n", 0o755);
    acme.commit();
    await expect(resolve("github", run([named(acme.url)]))).rejects.toMatchObject({
      code: "E_INTEGRITY",
      message: expect.stringMatching(/is not what the registry's index says: expected sha256-.*, found sha256-/),
    });
  });
});

describe("the predecessor's layout", () => {
  it("works as it is: index.yaml without versions and digests, names for showing", async () => {
    acme.plugin("gitlab", "1.0.0");
    world.write(
      "acme/index.yaml",
      'schema_version: "2026-01-23"\nplugins:\n  - { name: GitLab, path: plugins/gitlab, description: Duo }\n',
    );
    const commit = acme.commit();
    const { locked } = await resolve("gitlab", run([named(acme.url)]));
    expect(locked).toEqual({ source: { type: "registry" }, commit, origin: acme.url, integrity: locked.integrity });
    expect((await openLocked("gitlab", locked, run([]))).integrity).toBe(locked.integrity);
    const folder = await resolve("gitlab", run([named(acme.directory)]));
    expect(folder.locked.integrity).toBe(locked.integrity);
    expect((await openLocked("gitlab", folder.locked, run([]))).integrity).toBe(locked.integrity);
  });
});

describe("several registries", () => {
  it("are asked by priority, then in the manifest's order, the built-in one last", async () => {
    await acme.publish("memory", "7.0.0");
    const origin = async (registries: readonly RegistryEntry[]): Promise<string | undefined> =>
      (await resolve("memory", run(registries))).locked.origin;
    expect(await origin([named(acme.url)])).toBe(acme.url);
    expect(await origin([named(acme.url, { priority: -1 })])).toBeUndefined();
    expect(await origin([named("../acme", { name: "one" }), named(acme.url)])).toBe("../acme");
    expect(await origin([named("../acme", { name: "one" }), named(acme.url, { priority: 11 })])).toBe(acme.url);
  });

  it("are asked one alone when the source names it", async () => {
    await acme.publish("memory", "7.0.0");
    const context = run([named(acme.url)]);
    expect((await resolve("memory", context, { registry: "atk" })).locked.origin).toBeUndefined();
    await expect(resolve("playwright", context, { registry: "acme" })).rejects.toThrow(
      'registry acme has no plugin "playwright"',
    );
    await expect(resolve("memory", context, { registry: "other" })).rejects.toThrow(
      'there is no registry "other"; there are: acme, atk',
    );
  });

  it("a name of a private registry is never taken from another one because the first cannot be read", async () => {
    const lost = named(`${acme.url}-gone`);
    await expect(resolve("memory", run([lost]))).rejects.toMatchObject({
      message: expect.stringContaining("memory: registry acme comes first and cannot be read"),
      hint: expect.stringContaining("atk add atk/memory"),
    });
  });
});

describe("the index on this machine", () => {
  it("is used offline once it was fetched, however old", async () => {
    await acme.publish("github", "1.0.0");
    const { locked } = await resolve("github", run([named(acme.url)]));
    rmSync(acme.directory, { recursive: true });
    const { findPlugin } = await import("../../../src/sources/registries/find-plugin.ts");
    const found = await findPlugin(
      "github",
      { type: "registry" },
      run([named(acme.url)], { offline: true, indexMaxAgeMs: 0 }),
    );
    expect(found.entry.version).toBe("1.0.0");
    expect((await openLocked("github", locked, run([], { offline: true }))).integrity).toBe(locked.integrity);
  });

  it("is fetched again when it is old, and the old one serves with a word when that fails", async () => {
    await acme.publish("github", "1.0.0");
    await resolve("github", run([named(acme.url)]));
    await acme.publish("github", "2.0.0");
    expect((await resolve("github", run([named(acme.url)]))).locked.version).toBe("1.0.0");
    const old = run([named(acme.url)], { indexMaxAgeMs: -1 });
    expect((await resolve("github", old)).locked.version).toBe("2.0.0");
    rmSync(acme.directory, { recursive: true });
    const { loadRegistry } = await import("../../../src/sources/registries/load-registry.ts");
    const { toRegistry } = await import("../../../src/sources/registries/registry.ts");
    const context = run([named(acme.url)], { indexMaxAgeMs: -1 });
    const loaded = await loadRegistry(toRegistry(named(acme.url), context), "if-old", context);
    expect(loaded.stale).toMatch(/cannot fetch/);
    expect(loaded.index.plugins.map(({ version }) => version)).toEqual(["2.0.0"]);
  });

  it("is not kept by a run that writes nothing", async () => {
    await acme.publish("github", "1.0.0");
    await resolve("github", run([named(acme.url)], { temporary: true }));
    expect(world.list(world.home)).toEqual([]);
  });

  it("is whole whoever reads it while several processes fetch it", async () => {
    await acme.publish("github", "1.0.0");
    const runs = Array.from({ length: 6 }, () => resolve("github", run([named(acme.url)], { indexMaxAgeMs: -1 })));
    const found = await Promise.all(runs);
    expect(new Set(found.map(({ locked }) => locked.commit)).size).toBe(1);
    const left = world.list(join(world.home, ".cache/atk/registries"));
    expect(left.map((path) => path.replace(/.*\.(?=\w+$)/, ""))).toEqual(["index"]);
  });
});
