import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Server } from "../../src/core/server.ts";
import { createScratch, type Scratch } from "./scratch.ts";
import { look, type Sighting, type WitnessId } from "./sightings.ts";
import { hostAt, recordOf, wire } from "./wire.ts";

interface Gate {
  readonly id: WitnessId;
  /** What the client says of a server of the project before and after the gate is opened. */
  readonly closed: Sighting | undefined;
  readonly open: Sighting;
  /** What a user's client writes when the project is trusted. */
  readonly key: (project: string) => readonly [file: string, text: string];
}

const GATES: readonly Gate[] = [
  {
    id: "codex",
    closed: undefined,
    open: "read",
    key: (project) => [".codex/config.toml", `[projects.${JSON.stringify(project)}]\ntrust_level = "trusted"\n`],
  },
  {
    id: "copilot-cli",
    closed: undefined,
    open: "read",
    key: (project) => [".copilot/config.json", JSON.stringify({ trustedFolders: [project] })],
  },
  {
    id: "claude-code",
    closed: "waiting",
    open: "failed",
    key: () => [".claude/settings.json", JSON.stringify({ enabledMcpjsonServers: ["mine"] })],
  },
];

/** It need not start: what counts is whether the client would try. */
const mine: Server = { id: "mine", transport: "stdio", command: "/nonexistent/server", args: [], env: {} };

describe.each(GATES)("a server of a project in $id", ({ id, closed, open, key }) => {
  let scratch: Scratch;
  beforeEach(async () => {
    scratch = createScratch();
    await wire(scratch, id, [mine], "project");
  });
  afterEach(() => scratch.remove());

  const notices = async (): Promise<number> =>
    (await recordOf(id).notices?.(hostAt(scratch), scratch.project))?.length ?? 0;

  test("is held back while the project is not trusted, and the notice says so", async () => {
    const { seen, output } = await look(id, scratch);
    expect(seen["mine"], output.text).toBe(closed);
    expect(await notices()).toBe(1);
  });

  test("is used once the project is trusted, and the notice is gone", async () => {
    const [file, text] = key(scratch.project);
    mkdirSync(dirname(join(scratch.home, file)), { recursive: true });
    writeFileSync(join(scratch.home, file), text);
    const { seen, output } = await look(id, scratch);
    expect(seen["mine"], output.text).toBe(open);
    expect(await notices()).toBe(0);
  });
});

describe.each(["gemini-cli", "opencode", "kilo", "droid", "auggie"] as const)("a server of a project in %s", (id) => {
  test("is read from the project's file", async () => {
    const scratch = createScratch();
    await wire(scratch, id, [mine], "project");
    const { seen, output } = await look(id, scratch);
    expect(seen["mine"], output.text).toBeDefined();
    scratch.remove();
  });
});
