import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { clients } from "../../src/clients/index.generated.ts";
import type { Client, UserPath } from "../../src/clients/client.ts";

const REQUIRED = [
  "claude-code",
  "codex",
  "gemini-cli",
  "qwen-code",
  "opencode",
  "kilo",
  "auggie",
  "copilot-cli",
  "amp",
  "droid",
  "cline-cli",
  "cursor",
  "vscode",
  "claude-desktop",
  "windsurf",
  "zed",
  "roo-code",
  "goose",
  "kiro",
  "continue-cli",
];

test("every client that was promised has a record with MCP servers", () => {
  const wired = clients.filter((client) => client.mcp !== undefined).map((client) => client.id);
  expect(wired).toEqual(expect.arrayContaining(REQUIRED));
});

test("ids are unique and accepted in a manifest", () => {
  const ids = clients.map((client) => client.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

test("no two clients share a user file for their servers", () => {
  const files = clients.flatMap(({ mcp }) => (mcp?.user === undefined ? [] : [mcp.user.linux]));
  expect(new Set(files).size).toBe(files.length);
});

test("clients that share a project file read it at the same root, in the same syntax", () => {
  const shapes = new Map<string, string>();
  for (const { mcp } of clients) {
    if (mcp?.project === undefined) continue;
    const shape = JSON.stringify(mcp.root);
    expect(shapes.get(mcp.project.path) ?? shape).toBe(shape);
    shapes.set(mcp.project.path, shape);
  }
});

describe.each(clients.map((client) => [client.id, client] as const))("%s", (_id, client) => {
  test("has a dated fact for every capability", () => {
    expect(capabilities(client).filter((about) => !client.facts.some((fact) => fact.about === about))).toEqual([]);
    for (const fact of client.facts) {
      expect(fact.source).not.toBe("");
      expect(fact.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  test("spells its paths in the ways that are understood", () => {
    for (const path of userPaths(client)) {
      for (const each of [path.linux, path.macos, path.windows])
        expect(each).toMatch(/^(~|\$XDG_CONFIG_HOME|%APPDATA%|%LOCALAPPDATA%)\//);
      expect(path.windows).not.toContain("\\");
    }
  });

  test("owns no key twice, and front matter only in folders of rules", () => {
    expect(new Set(client.mcp?.owned).size).toBe(client.mcp?.owned.length ?? 0);
    if (client.instructions?.file !== undefined) expect(client.instructions.style).toBe("folder");
  });
});

test("the generated indexes are what the folders hold", () => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/generate-index.mjs", "--check"], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

function capabilities(client: Client): readonly string[] {
  return [
    ...(client.mcp === undefined ? [] : ["mcp"]),
    ...(client.mcp?.reference === undefined ? [] : ["references"]),
    ...(client.skills === undefined ? [] : ["skills"]),
    ...(client.instructions === undefined ? [] : ["instructions"]),
    ...(client.notices === undefined ? [] : ["trust"]),
  ];
}

function userPaths({ mcp, skills, instructions, detect }: Client): readonly UserPath[] {
  return [mcp?.user, skills?.user, instructions?.user, ...detect.paths].filter((path) => path !== undefined);
}
