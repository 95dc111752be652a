import { describe, expect, test } from "vitest";
import { clients } from "../../src/clients/index.generated.ts";
import type { Notice } from "../../src/clients/client.ts";
import { createMemoryHost } from "../../src/host/memory-host.ts";

const PROJECT = "/home/mia/shop";
const HOME = "/home/mia";

function noticesOf(
  id: string,
  files: Record<string, string>,
  where: { project?: string; env?: Record<string, string> } = {},
): Promise<readonly Notice[]> {
  const client = clients.find((each) => each.id === id);
  const host = createMemoryHost({ files, machine: { env: where.env ?? {} } });
  return client?.notices?.(host, where.project) ?? Promise.resolve([]);
}

describe("Gemini CLI disables every server in an untrusted folder", () => {
  const inProject = (files: Record<string, string>, env?: Record<string, string>) =>
    noticesOf("gemini-cli", files, { project: PROJECT, ...(env && { env }) });

  test("so it is said, with the folder and the way out", async () => {
    const [notice] = await inProject({});
    expect(notice?.message).toContain(PROJECT);
    expect(notice?.hint).toContain("trustedFolders.json");
  });

  test.each([
    ["the folder is trusted", { [`${HOME}/.gemini/trustedFolders.json`]: `{"${PROJECT}":"TRUST_FOLDER"}` }],
    ["a folder above it is trusted", { [`${HOME}/.gemini/trustedFolders.json`]: `{"${HOME}":"TRUST_FOLDER"}` }],
    ["a sibling trusts their parent", { [`${HOME}/.gemini/trustedFolders.json`]: `{"${HOME}/other":"TRUST_PARENT"}` }],
    [
      "folder trust is switched off",
      { [`${HOME}/.gemini/settings.json`]: '{ // off\n "security":{"folderTrust":{"enabled":false}} }' },
    ],
  ])("but not when %s", async (_when, files) => {
    expect(await inProject(files)).toEqual([]);
  });

  test("but not when the variable says to trust", async () => {
    expect(await inProject({}, { GEMINI_CLI_TRUST_WORKSPACE: "true" })).toEqual([]);
  });

  test("DO_NOT_TRUST trusts nothing, and a folder whose name only begins alike is not covered", async () => {
    expect(
      await inProject({
        [`${HOME}/.gemini/trustedFolders.json`]: `{"${PROJECT}":"DO_NOT_TRUST","/home/mia/sh":"TRUST_FOLDER"}`,
      }),
    ).toHaveLength(1);
  });

  test("in user scope it is said only while no folder is trusted at all", async () => {
    expect(await noticesOf("gemini-cli", {})).toHaveLength(1);
    expect(await noticesOf("gemini-cli", { [`${HOME}/.gemini/trustedFolders.json`]: '{"/x":"TRUST_FOLDER"}' })).toEqual(
      [],
    );
  });
});

describe("Codex reads a project's file only when the project is trusted", () => {
  const trusting = (folder: string) => ({
    [`${HOME}/.codex/config.toml`]: `[projects."${folder}"]\ntrust_level = "trusted"\n`,
  });

  test("untrusted is said, with the lines to add", async () => {
    const [notice] = await noticesOf("codex", {}, { project: PROJECT });
    expect(notice?.hint).toContain(`[projects."${PROJECT}"]`);
  });

  test("trusted is silent, also through the root of the repository", async () => {
    expect(await noticesOf("codex", trusting(PROJECT), { project: PROJECT })).toEqual([]);
    const files = { ...trusting(PROJECT), [`${PROJECT}/.git/HEAD`]: "ref" };
    expect(await noticesOf("codex", files, { project: `${PROJECT}/packages/web` })).toEqual([]);
  });

  test("CODEX_HOME moves the file that is looked at", async () => {
    const files = { "/opt/codex/config.toml": `[projects."${PROJECT}"]\ntrust_level = "trusted"\n` };
    expect(await noticesOf("codex", files, { project: PROJECT, env: { CODEX_HOME: "/opt/codex" } })).toEqual([]);
  });
});

describe("GitHub Copilot CLI reads a workspace only when its folder is trusted", () => {
  test("untrusted is said, trusted is silent", async () => {
    expect(await noticesOf("copilot-cli", {}, { project: PROJECT })).toHaveLength(1);
    const config = {
      [`${HOME}/.copilot/config.json`]: `// written by copilot\n{"trustedFolders":["${PROJECT}"]}`,
    };
    expect(await noticesOf("copilot-cli", config, { project: PROJECT })).toEqual([]);
  });
});

describe("Claude Code starts servers of .mcp.json only after approval", () => {
  const servers = { [`${PROJECT}/.mcp.json`]: '{"mcpServers":{"github":{},"notes":{}}}' };

  test("those that wait are named", async () => {
    const settings = { [`${HOME}/.claude/settings.json`]: '{"enabledMcpjsonServers":["github"]}' };
    const [notice] = await noticesOf("claude-code", { ...servers, ...settings }, { project: PROJECT });
    expect(notice?.message).toContain("notes");
    expect(notice?.message).not.toContain("github");
  });

  test("nothing is said when all of them are approved", async () => {
    const settings = { [`${HOME}/.claude/settings.json`]: '{"enabledMcpjsonServers":["github","notes"]}' };
    expect(await noticesOf("claude-code", { ...servers, ...settings }, { project: PROJECT })).toEqual([]);
  });
});

test.each(["qwen-code", "amp"])("%s approves the servers of a project itself", async (id) => {
  expect(await noticesOf(id, {}, { project: PROJECT })).toHaveLength(1);
  expect(await noticesOf(id, {})).toEqual([]);
});

test.each(clients.filter((client) => client.notices !== undefined).map((client) => client.id))(
  "%s: a broken settings file is no error",
  async (id) => {
    const broken = "{{{ = [";
    const files = Object.fromEntries(
      [
        ".gemini/trustedFolders.json",
        ".gemini/settings.json",
        ".codex/config.toml",
        ".copilot/config.json",
        ".claude/settings.json",
      ].map((name) => [`${HOME}/${name}`, broken]),
    );
    await expect(
      noticesOf(id, { ...files, [`${PROJECT}/.mcp.json`]: broken }, { project: PROJECT }),
    ).resolves.toHaveLength(1);
  },
);
