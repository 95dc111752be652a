import { expect, it } from "vitest";
import { withoutTimeLimits } from "../../../src/mcp/bridge/without-time-limits.ts";

it("a tool may work for longer than fetch would wait: this Node gives its library's Agent away", () => {
  expect(withoutTimeLimits().dispatcher?.constructor.name).toBe("Agent");
});
