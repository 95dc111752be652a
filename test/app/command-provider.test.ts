import { describe, expect, it } from "vitest";
import { command } from "../../src/primitives/command.ts";
import type { Recorded } from "../../src/core/state.ts";
import type { Reading } from "../../src/primitives/provider.ts";

const reading = {} as Reading;
const locator = { kind: "command", id: "piper" } as const;
const recorded = (digest: string): Recorded => ({
  address: "install.piper",
  noun: "install",
  owner: "piper",
  agents: [],
  locator,
  digest,
  origin: "created",
});
const content = {
  kind: "command",
  digest: "now",
  formerDigest: "as it was counted before",
  digestAfter: async () => "now",
  command: "./install.sh",
  cwd: "/plugins/piper",
  surroundings: async () => ({ env: {}, secrets: [] }),
} as const;
const observe = (digest: string | undefined) =>
  command.observe(
    {
      locator,
      content,
      shape: undefined,
      recorded: digest === undefined ? undefined : recorded(digest),
      followsLinks: true,
    },
    reading,
  );

describe("whether an install command was run", () => {
  it("is known from what is recorded", async () => {
    expect(await observe(undefined)).toEqual({ state: "absent" });
    expect(await observe("now")).toEqual({ state: "present", digest: "now" });
    expect(await observe("other")).toEqual({ state: "present", digest: "other" });
  });

  it("takes what an earlier atk recorded for the same content as run", async () => {
    expect(await observe("as it was counted before")).toEqual({ state: "present", digest: "now" });
  });
});
