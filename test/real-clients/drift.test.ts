import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runAtk, type Ended } from "../scenarios/run-atk.ts";
import { program } from "./programs.ts";
import { createScratch, runClient, type Scratch } from "./scratch.ts";

/** How a client itself adds a server of the user, and takes one away. */
const ADDS = {
  "claude-code": {
    add: ["mcp", "add", "-s", "user", "toy", "-e", "LEVEL=debug", "--", "toy-mcp", "--fast"],
    remove: ["mcp", "remove", "-s", "user", "notes"],
  },
  codex: {
    add: ["mcp", "add", "--env", "LEVEL=debug", "toy", "--", "toy-mcp", "--fast"],
    remove: ["mcp", "remove", "notes"],
  },
  "gemini-cli": {
    add: ["mcp", "add", "-s", "user", "-e", "LEVEL=debug", "toy", "toy-mcp", "--fast"],
    remove: ["mcp", "remove", "-s", "user", "notes"],
  },
} as const;

type Adding = keyof typeof ADDS;

describe.each(Object.keys(ADDS) as Adding[])("%s", (id) => {
  let scratch: Scratch;
  const atk = (...words: readonly string[]): Promise<Ended> => {
    const { home } = scratch;
    const env = { PATH: process.env["PATH"], HOME: home, GIT_CONFIG_GLOBAL: join(home, ".gitconfig") };
    return runAtk(words, { home, directory: home, env });
  };
  const listed = async (): Promise<readonly string[]> => {
    const { edits } = JSON.parse((await atk("drift", "--json")).stdout) as {
      readonly edits: readonly { readonly id: string; readonly kind: string }[];
    };
    return edits.map((edit) => `${edit.kind} ${edit.id}`);
  };
  const client = async (words: readonly string[]): Promise<void> => {
    const { exitCode, text } = await runClient(id, words, scratch);
    expect(exitCode, text).toBe(0);
  };

  beforeAll(async () => {
    await program(id);
    scratch = createScratch();
    const manifest = join(scratch.home, ".atk/atk.yaml");
    mkdirSync(dirname(manifest), { recursive: true });
    const servers = "mcp_servers:\n  notes: { command: node, args: [notes.js] }\n";
    writeFileSync(manifest, `schema_version: "2026-11-21"\nagents: [${id}]\nplugins: []\n${servers}`);
    expect((await atk("apply", "--yes", "--no-checks")).code).toBe(0);
  });
  afterAll(() => scratch.remove());

  test("what its own command adds is listed, and promoted as it stands there", async () => {
    expect(await listed()).toEqual([]);
    await client(ADDS[id].add);
    expect(await listed()).toEqual([`new mcp_server.toy@${id}`]);
    const { code, stderr } = await atk("drift", "promote", `mcp_server.toy@${id}`, "--yes");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("already there, equal");
    expect(await listed()).toEqual([]);
    expect((await atk("plan", "--check")).stdout).toContain("No changes.");
  });

  test.runIf(id === "claude-code")(
    "what it adds to one project, when it is not told a scope, is listed too",
    async () => {
      await client(["mcp", "add", "local-toy", "--", "toy-mcp"]);
      expect(await listed()).toEqual([`new mcp_server.local-toy@${id}:${scratch.project}`]);
      const ended = await atk("drift", "promote", `mcp_server.local-toy@${id}:${scratch.project}`, "--yes");
      expect(ended.code, ended.stderr).toBe(0);
      expect(await listed()).toEqual([]);
    },
  );

  test("what its own command takes away is listed, and put back", async () => {
    await client(ADDS[id].remove);
    expect(await listed()).toEqual([`removed mcp_server.notes@${id}`]);
    expect((await atk("drift", "revert", `mcp_server.notes@${id}`, "--yes")).code).toBe(0);
    expect(await listed()).toEqual([]);
    expect((await atk("plan", "--check")).code).toBe(0);
  });
});
