import { describe, expect, it } from "vitest";
import { read, skill } from "./trees.ts";

const MANIFEST = ".claude-plugin/plugin.json";
const ABOUT = {
  name: "deploy-tools",
  version: "2.1.0",
  description: "Deploys things",
  author: { name: "Mia", email: "mia@example.com" },
  homepage: "https://example.com/deploy",
  keywords: ["deploy"],
};
const COMMAND =
  '---\ndescription: Deploys\nargument-hint: "[where]"\nallowed-tools: Bash(git:*)\n---\nDeploy to $ARGUMENTS.\n';

describe("a Claude Code plugin", () => {
  it("brings its servers, its skills and its commands", async () => {
    const { plugin, tree, text } = await read({
      [MANIFEST]: ABOUT,
      ".mcp.json": {
        mcpServers: {
          Deploy: {
            command: "node",
            args: ["${CLAUDE_PLUGIN_ROOT}/server.js"],
            env: { DEPLOY_TOKEN: "${DEPLOY_TOKEN}", REGION: "${REGION:-eu}" },
          },
          docs: { type: "http", url: "https://example.com/mcp", headers: { Authorization: "Bearer ${DOCS_TOKEN}" } },
        },
      },
      "server.js": "// serves",
      "skills/review/SKILL.md": skill("review"),
      "commands/deploy.md": COMMAND,
      "commands/git/commit.md": "Write a commit message.\n",
    });
    expect(plugin).toMatchObject({
      name: "deploy-tools",
      version: "2.1.0",
      description: "Deploys things",
      homepage: "https://example.com/deploy",
      tags: ["deploy"],
      skills: ["skills/review", "skills/deploy", "skills/git-commit"],
      envVars: [
        { name: "DEPLOY_TOKEN", required: true, secret: true },
        { name: "REGION", required: false, secret: false },
        { name: "DOCS_TOKEN", required: true, secret: true },
      ],
      servers: [
        { id: "tool-deploy", command: "node", args: ["$ATK_PLUGIN_DIR/server.js"], env: { REGION: "${REGION:-eu}" } },
        { id: "tool-docs", transport: "http", headers: { Authorization: "Bearer ${DOCS_TOKEN}" } },
      ],
    });
    expect(tree.entries.map((entry) => entry.path)).toContain("server.js");
    expect(await text("skills/deploy/SKILL.md")).toBe(COMMAND.replace("---\n", "---\nname: deploy\n"));
    expect(await text("skills/git-commit/SKILL.md")).toBe(
      '---\nname: git-commit\ndescription: "Write a commit message."\n---\nWrite a commit message.\n',
    );
  });

  it("says in one sentence each what no other agent has", async () => {
    const { remarks } = await read({
      [MANIFEST]: { name: "all", outputStyles: "./styles/", lspServers: { go: { command: "gopls" } } },
      "agents/reviewer.md": "---\nname: reviewer\n---\n",
      "hooks/hooks.json": { hooks: {} },
      "commands/deploy.md": COMMAND,
      "bin/tool": "#!/bin/sh\n",
    });
    expect(remarks).toEqual([
      "the commands /deploy reach agents as skills.",
      "$ARGUMENTS and allowed-tools in commands: only Claude Code acts on that; other agents read it as text.",
      "agents (reviewer) are left out: sub-agents are a thing of Claude Code.",
      "hooks (hooks/hooks.json) are left out: atk wires no hooks; nothing of them is run.",
      "output styles are left out: only Claude Code has them.",
      "language servers are left out: atk wires no language servers.",
      "programs in bin/ (bin/tool) are left out: nothing is put on PATH.",
    ]);
  });

  it("keeps the remarks in its plugin.yaml, so that every later plan can say them", async () => {
    const { text } = await read({ [MANIFEST]: { name: "all" }, "hooks/hooks.json": {} });
    expect(await text("plugin.yaml")).toBe(
      [
        "# Made by atk from a Claude Code plugin (.claude-plugin/plugin.json).",
        "# Remark: hooks (hooks/hooks.json) are left out: atk wires no hooks; nothing of them is run.",
        'schema_version: "2026-11-21"',
        'name: "all"',
        'description: "all"',
        'maturity: "community"',
        "",
      ].join("\n"),
    );
  });

  it("may have its only server in plugin.json or in a file that it names; agents see it as the plugin", async () => {
    const server = { command: "uvx", args: ["tool@1.0.0"] };
    const inline = await read({ [MANIFEST]: { name: "a", mcpServers: { any: server } } });
    const named = await read({
      [MANIFEST]: { name: "a", mcpServers: "./conf/mcp.json" },
      "conf/mcp.json": { any: server },
    });
    expect(inline.plugin.servers).toMatchObject([{ id: "tool", command: "uvx" }]);
    expect(named.plugin.servers).toEqual(inline.plugin.servers);
  });

  it("may have settings, which become variables", async () => {
    const { plugin } = await read({
      [MANIFEST]: {
        name: "a",
        userConfig: { apiToken: { type: "string", title: "Token", description: "Yours", sensitive: true } },
        mcpServers: { a: { command: "a", env: { T: "${user_config.apiToken}" }, cwd: "${CLAUDE_PLUGIN_DATA}" } },
      },
    });
    expect(plugin.envVars).toMatchObject([{ name: "API_TOKEN", secret: true, description: "Yours" }]);
    expect(plugin.servers).toMatchObject([{ env: { T: "${API_TOKEN}" }, cwd: "$ATK_PLUGIN_DIR/custom/data" }]);
  });

  it("may leave plugin.json out: the folder gives the name", async () => {
    const { plugin } = await read({ "commands/deploy.md": COMMAND }, "my-tools");
    expect(plugin).toMatchObject({ name: "my-tools", skills: ["skills/deploy"] });
  });

  it("repairs the name of a skill that no agent would take, and says so", async () => {
    const { text, plugin, remarks } = await read({
      [MANIFEST]: { name: "a" },
      "skills/pdf/SKILL.md": skill("PDF Reading"),
    });
    expect(plugin.skills).toEqual(["skills/pdf"]);
    expect(await text("skills/pdf/SKILL.md")).toBe(
      "---\nname: pdf-reading\ndescription: How to PDF Reading\n---\nDo it.\n",
    );
    expect(remarks).toEqual(["skills were renamed to pdf-reading: agents take only a-z, 0-9 and hyphens."]);
  });

  it("a plugin.yaml beside it counts more", async () => {
    const yaml = 'schema_version: "2026-11-21"\nname: Mine\ndescription: d\n';
    const { plugin, remarks } = await read({ [MANIFEST]: { name: "other" }, "plugin.yaml": yaml });
    expect(plugin.name).toBe("Mine");
    expect(remarks).toEqual([]);
  });
});

describe("a marketplace", () => {
  const MARKET = ".claude-plugin/marketplace.json";
  const owner = { name: "Mia" };

  it("of one plugin is that plugin", async () => {
    const { plugin, tree } = await read({
      [MARKET]: { name: "market", owner, plugins: [{ name: "one", source: "./plugins/one", description: "First" }] },
      "plugins/one/skills/review/SKILL.md": skill("review"),
      "README.md": "not part of it",
    });
    expect(plugin).toMatchObject({ name: "one", description: "First", skills: ["skills/review"] });
    expect(tree.entries.map((entry) => entry.path)).toEqual(["plugin.yaml", "skills/review/SKILL.md"]);
  });

  it("of several says which there are and how to name one", async () => {
    const plugins = [
      { name: "one", source: "./plugins/one" },
      { name: "two", source: "./two" },
      { name: "far", source: { source: "github", repo: "example/far" } },
      { name: "deep", source: { source: "git-subdir", url: "https://example.com/mono.git", path: "tools/deep" } },
    ];
    await expect(
      read({ [MARKET]: { name: "market", owner, metadata: { pluginRoot: "./plugins" }, plugins } }),
    ).rejects.toMatchObject({
      code: "E_PLUGIN_INVALID",
      message: "the test: a marketplace of 4 plugins, not one plugin (one, two, far and deep)",
      hint: "name one of them: put //plugins/one behind the address (or its folder behind the path)",
      problems: [
        { message: "one: //plugins/one" },
        { message: "two: //two" },
        { message: "far: https://github.com/example/far" },
        { message: "deep: https://example.com/mono.git//tools/deep" },
      ],
    });
  });

  it("whose plugins share one folder is read as one plugin", async () => {
    const { plugin, remarks } = await read({
      [MARKET]: {
        name: "agent-skills",
        owner,
        plugins: [
          {
            name: "documents",
            source: "./",
            strict: false,
            skills: ["./skills/pdf", "./skills/word"],
            mcpServers: { a: { command: "a" } },
          },
          {
            name: "examples",
            source: "./",
            strict: false,
            skills: ["./skills/art"],
            mcpServers: { b: { command: "b" } },
          },
        ],
      },
      "skills/pdf/SKILL.md": skill("pdf"),
      "skills/word/SKILL.md": skill("word"),
      "skills/art/SKILL.md": skill("art"),
    });
    expect(plugin).toMatchObject({ name: "agent-skills", skills: ["skills/art", "skills/pdf", "skills/word"] });
    expect(remarks).toEqual([
      "the plugins documents and examples share one folder and are read as one plugin.",
      "the servers of examples are left out: other entries have others.",
    ]);
  });
});
