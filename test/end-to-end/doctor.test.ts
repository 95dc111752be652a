import { expect, it } from "vitest";
import { createWorld, initHome } from "./world.ts";

// Run from the sources every name of Node's modules is there; in the bundles each has to be handed through.
it("the built doctor can look at everything", () => {
  const world = createWorld();
  initHome(world, ["claude-code"]);
  const { code, stdout } = world.atk("doctor", "--json");
  expect(code).toBe(0);
  expect(stdout).not.toContain("could not be looked at");
  expect(world.atk("doctor").stdout).toContain("Disk space");
});
