import { describe, expect, it } from "vitest";
import { matches, unmetCondition, type MachineFacts } from "../../src/manifest/match-when.ts";

const laptop: MachineFacts = {
  platform: "macos",
  arch: "arm64",
  hostname: "Anna-MBP.local",
  tags: ["work", "travel"],
};

describe("conditions", () => {
  it.each([
    ["none", undefined, true],
    ["an empty map", {}, true],
    ["darwin on a Mac", { os: ["darwin"] }, true],
    ["one of several systems", { os: ["linux", "darwin"] }, true],
    ["another system", { os: ["linux", "windows"] }, false],
    ["its architecture", { arch: ["arm64"] }, true],
    ["another architecture", { arch: ["x64"] }, false],
    ["its host name in any case", { host: ["anna-mbp.local"] }, true],
    ["its host name without the domain", { host: ["anna-mbp"] }, true],
    ["its host name with another domain", { host: ["anna-mbp.corp"] }, false],
    ["one of its tags", { tags: ["home", "work"] }, true],
    ["a tag it does not have", { tags: ["home"] }, false],
    ["all that hold", { os: ["darwin"], arch: ["arm64"], host: ["anna-mbp"], tags: ["travel"] }, true],
    ["one of two that does not hold", { os: ["darwin"], tags: ["home"] }, false],
  ] as const)("%s", (_what, when, holds) => {
    expect(matches(when, laptop)).toBe(holds);
  });

  it("know Windows and Linux by the names of the manifest", () => {
    expect(matches({ os: ["windows"] }, { ...laptop, platform: "windows" })).toBe(true);
    expect(matches({ os: ["linux"] }, { ...laptop, platform: "linux" })).toBe(true);
  });

  it("say which one does not hold", () => {
    expect(unmetCondition({ os: ["darwin"], tags: ["home"] }, laptop)).toBe("tags");
    expect(unmetCondition({ os: ["darwin"] }, laptop)).toBeUndefined();
  });
});
