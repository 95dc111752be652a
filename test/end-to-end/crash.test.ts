import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin, type World } from "./world.ts";

const AGENTS = ["claude-code", "codex", "gemini-cli", "opencode", "cursor", "goose"];
const FILES = [
  ".claude.json",
  ".codex/config.toml",
  ".gemini/settings.json",
  ".config/opencode/opencode.jsonc",
  ".cursor/mcp.json",
  ".config/goose/config.yaml",
];
const KILLS = 30;
const GIT = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();

function manifest(world: World, generation: number): void {
  const servers = Array.from(
    { length: 12 },
    (_, index) => `  s${index}: { command: node, args: [generation-${generation}] }\n`,
  ).join("");
  world.write(
    ".atk/atk.yaml",
    `schema_version: "2026-11-21"\nagents: [${AGENTS.join(", ")}]\nplugins: []\nmcp_servers:\n${servers}`,
  );
}

function generations(world: World): ReadonlySet<string> {
  return new Set(
    FILES.flatMap((file) => (world.exists(file) ? (world.read(file).match(/generation-\d+/g) ?? []) : [])),
  );
}

describe("an add that is killed when everything is in place and its commit is not made", () => {
  /** A git that takes whoever wants to commit down with it. */
  function deadly(world: World): World {
    world.write(
      "bin/git",
      `#!/bin/sh\ncase " $* " in *" commit "*|*" commit-tree "*) kill -9 $PPID; exit 1;; esac\nexec ${GIT} "$@"\n`,
      0o755,
    );
    return world.with({ PATH: `${world.path("bin")}:${process.env["PATH"] ?? ""}` });
  }

  it("is committed by the next run: the manifest, the lock and every file of the new plugin", () => {
    const world = createWorld();
    initHome(world, AGENTS);
    plugin(world, "mine");
    expect(deadly(world).atk("add", "src/mine", "--yes").code).toBe(-1);
    expect(world.git("log", "--format=%s").trim()).toBe("Initialize ATK Home");
    const next = world.atk("apply", "--yes");
    expect(next.code, next.stderr).toBe(0);
    expect(world.git("log", "--format=%s").trim().split("\n")).toEqual(["Add plugin 'mine'", "Initialize ATK Home"]);
    expect(world.git("status", "--porcelain")).toBe("");
    expect(world.git("ls-files")).toContain("plugins/mine/plugin.yaml");
  });

  it("is not committed where the manifest wants no commits", () => {
    const world = createWorld();
    initHome(world, AGENTS, "config: { auto_commit: false }\n");
    plugin(world, "mine");
    expect(deadly(world).atk("add", "src/mine", "--yes").code).toBe(0);
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.git("log", "--format=%s").trim()).toBe("Initialize ATK Home");
  });
});

describe("an apply that is killed at any moment", () => {
  it(
    `is finished or taken back by the next one: ${KILLS} kills, never two generations, nothing left lying about`,
    { timeout: 300_000 },
    async () => {
      const world = createWorld();
      initHome(world, AGENTS);
      manifest(world, 0);
      expect(world.atk("apply", "--yes").code).toBe(0);
      const took = await timed(world);
      let stopped = 0;
      for (let generation = 2; generation < KILLS + 2; generation += 1) {
        manifest(world, generation);
        const child = world.start("apply", "--yes");
        const ended = once(child, "exit");
        await sleep(took * (0.3 + 0.7 * Math.random()));
        child.kill("SIGKILL");
        const [, signal] = (await ended) as [number | null, string | null];
        if (signal === "SIGKILL") stopped += 1;
        const next = world.atk("apply", "--yes");
        expect(next.code, next.stderr).toBe(0);
        expect([...generations(world)]).toEqual([`generation-${generation}`]);
        expect(world.picture()).not.toMatch(/\.atk-[0-9a-f]{6,}/);
      }
      expect(stopped).toBeGreaterThan(KILLS / 3);
      expect(world.atk("plan", "--check").code).toBe(0);
      manifestEmpty(world);
      expect(world.atk("apply", "--yes").code).toBe(0);
      expect(FILES.filter((file) => world.exists(file))).toEqual([]);
    },
  );
});

async function timed(world: World): Promise<number> {
  manifest(world, 1);
  const start = performance.now();
  await once(world.start("apply", "--yes"), "exit");
  return performance.now() - start;
}

function manifestEmpty(world: World): void {
  world.write(".atk/atk.yaml", `schema_version: "2026-11-21"\nagents: [${AGENTS.join(", ")}]\nplugins: []\n`);
}

describe("several atk at once", () => {
  it("six that add different plugins all succeed, and nothing is lost", async () => {
    const world = createWorld();
    initHome(world, ["claude-code", "codex"]);
    const names = ["one", "two", "three", "four", "five", "six"];
    for (const name of names) plugin(world, name);
    const codes = await Promise.all(
      names.map(async (name) => {
        const [code] = (await once(world.start("add", `./src/${name}`, "--yes"), "exit")) as [number];
        return code;
      }),
    );
    expect(codes).toEqual(names.map(() => 0));
    const listed = JSON.parse(world.atk("list", "--json").stdout) as { name: string }[];
    expect(listed.map((entry) => entry.name).sort()).toEqual([...names].sort());
    for (const name of names) {
      expect(world.read(".claude.json")).toContain(`"${name}"`);
      expect(world.read(".codex/config.toml")).toContain(`[mcp_servers.${name}]`);
    }
    expect(world.git("log", "--format=%s").trim().split("\n")).toHaveLength(names.length + 1);
    expect(world.git("status", "--short")).toBe("");
    expect(world.atk("plan", "--check", "--frozen").code).toBe(0);
  });
});
