import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin, type World } from "./world.ts";

const AGENTS = ["claude-code", "codex", "cursor"];
const KILLS = 16;
const NOT_MINE = /^\.(local|cache|npm|gitconfig)|^\.atk\/\.git(\/|$)|^src/;

const picture = (world: World): string => world.picture({ without: NOT_MINE });

function undone(world: World): readonly number[] {
  const { entries } = JSON.parse(world.atk("history", "--limit", "999", "--json").stdout) as {
    entries: { id: number; undoes?: number }[];
  };
  return entries.flatMap(({ undoes }) => (undoes === undefined ? [] : [undoes]));
}

describe("an undo that is killed at any moment", () => {
  it(`is finished or taken back by the next run: ${KILLS} kills, never half of it`, { timeout: 300_000 }, async () => {
    const world = createWorld();
    for (const file of [".claude.json", ".cursor/mcp.json"]) world.write(file, '{\n\t"mine": 1\n}\n');
    initHome(world, AGENTS);
    const before = picture(world);
    plugin(world, "one");
    expect(world.atk("add", "./src/one", "--yes").code).toBe(0);
    const after = picture(world);
    let newest = 1;
    let stopped = 0;
    let took = 1500;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const isBack = picture(world) === before;
      const start = performance.now();
      const child = world.start("undo", String(newest), "--yes");
      const ended = once(child, "exit");
      await sleep(took * (0.2 + 0.9 * Math.random()));
      child.kill("SIGKILL");
      const [, signal] = (await ended) as [number | null, string | null];
      if (signal === "SIGKILL") stopped += 1;
      else took = performance.now() - start;
      const next = world.atk("apply", "--yes");
      expect(next.code, next.stderr).toBe(0);
      expect([before, after]).toContain(picture(world));
      const isDone = picture(world) !== (isBack ? before : after);
      expect(undone(world).includes(newest)).toBe(isDone);
      expect(world.atk("history", "--verify").code).toBe(0);
      expect(world.atk("plan", "--check").code).toBe(0);
      expect(world.git("status", "--porcelain")).toBe("");
      if (isDone) newest += 1;
    }
    expect(stopped).toBeGreaterThan(KILLS / 4);
    expect(world.picture()).not.toMatch(/\.atk-[0-9a-f]{6,}/);
  });
});
