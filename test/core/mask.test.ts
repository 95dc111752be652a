import { expect, it } from "vitest";
import { mask } from "../../src/core/mask.ts";

it.each([
  ["ghp_1234567890abcdef", "****cdef"],
  ["hunter234", "****r234"],
  ["hunter23", "****"],
  ["x", "****"],
  ["", "****"],
  ["tok-naïve-🔑🔑🔑🔑", "****🔑🔑🔑🔑"],
])("shows of %j nothing but %j", (secret, shown) => {
  expect(mask(secret)).toBe(shown);
});
