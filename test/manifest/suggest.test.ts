import { expect, it } from "vitest";
import { didYouMean, suggest } from "../../src/manifest/suggest.ts";

it("finds the name of a variable, which is in capitals", () => {
  expect(suggest("GITHUB_TOKNE", ["GITHUB_TOKEN", "GITHUB_HOST"])).toBe("GITHUB_TOKEN");
});

it("finds it in whatever case it was typed, and gives it as it is", () => {
  expect(suggest("github_token", ["GITHUB_TOKEN"])).toBe("GITHUB_TOKEN");
});

it("says nothing when nothing is near", () => {
  expect(didYouMean("PORT", ["GITHUB_TOKEN"])).toBeUndefined();
});
