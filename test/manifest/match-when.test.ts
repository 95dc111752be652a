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
    ["a glob for its host name", { host: ["anna-*"] }, true],
    ["a glob with a domain", { host: ["*.local"] }, true],
    ["a glob for another domain", { host: ["anna-*.corp"] }, false],
    ["a glob with several stars", { host: ["*nn*m*p"] }, true],
    ["a glob whose ends would overlap", { host: ["anna-mb*mbp"] }, false],
    ["a name of a machine, without a machine of that name", { machine: ["laptop"] }, false],
    ["one of its tags", { tags: ["home", "work"] }, true],
    ["a tag it does not have", { tags: ["home"] }, false],
    ["all that hold", { os: ["darwin"], arch: ["arm64"], host: ["anna-mbp"], tags: ["travel"] }, true],
    ["one of two that does not hold", { os: ["darwin"], tags: ["home"] }, false],
  ] as const)("%s", (_what, when, holds) => {
    expect(matches(when, laptop)).toBe(holds);
  });

  it("know the names that a machine has, in any letter case", () => {
    const named = { ...laptop, machines: ["anna", "Laptop"] };
    expect(matches({ machine: ["server", "laptop"] }, named)).toBe(true);
    expect(matches({ machine: ["server"] }, named)).toBe(false);
    expect(unmetCondition({ machine: ["server"] }, named)).toBe("machine");
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
