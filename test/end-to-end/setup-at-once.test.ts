import { once } from "node:events";
import { expect, it } from "vitest";
import { createWorld, initHome, plugin } from "./world.ts";

const NAMES = ["A", "B", "C", "D"];

it("several setups at once lose none of their values", async () => {
  const world = createWorld();
  plugin(world, "tracker", `env_vars: [${NAMES.map((name) => `{ name: ${name} }`).join(", ")}]\n`);
  initHome(world, ["cursor"], "plugins:\n  - { name: tracker, source: { type: local, path: ../src/tracker } }\n");
  expect(world.atk("apply", "--yes").code).toBe(0);
  const running = NAMES.map((name) => world.start("setup", "tracker", "--env", `${name}=of-${name}`, "--yes"));
  const codes = await Promise.all(running.map(async (child) => (await once(child, "exit"))[0] as unknown));
  expect(codes).toEqual(NAMES.map(() => 0));
  expect(world.read(".atk/plugins/tracker/.env").split("\n").toSorted()).toEqual([
    "",
    ...NAMES.map((name) => `${name}=of-${name}`),
  ]);
});
