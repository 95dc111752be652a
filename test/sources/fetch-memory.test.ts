import { expect, it } from "vitest";
import { once } from "../../src/sources/fetch-memory.ts";

it("what was not to be had without the network is asked for again with it", async () => {
  const memory = new Map<string, Promise<string>>();
  const refused = once(memory, "a", () => Promise.reject(new Error("not on this machine")), true);
  await expect(refused).rejects.toThrow("not on this machine");
  expect(await once(memory, "a", () => Promise.resolve("fetched"))).toBe("fetched");
  expect(await once(memory, "a", () => Promise.reject(new Error("asked twice")), true)).toBe("fetched");
});
