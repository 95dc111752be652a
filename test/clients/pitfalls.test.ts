import { describe, expect, test } from "vitest";
import type { Json } from "../../src/core/json.ts";
import type { Scope, Server, Value } from "../../src/core/server.ts";
import { clients } from "../../src/clients/index.generated.ts";
import { quoteForShell } from "../../src/clients/shell-quote.ts";
import { recordOf } from "./servers.ts";

const stdio = (more: Partial<Extract<Server, { transport: "stdio" }>> = {}): Server => ({
  id: "github",
  transport: "stdio",
  command: "npx",
  args: ["-y", "gh-mcp@1.2.3"],
  env: {},
  ...more,
});
const remote = (transport: "http" | "sse", headers: Record<string, Value> = {}): Server => ({
  id: "linear",
  transport,
  url: "https://mcp.linear.app/mcp",
  headers,
});
const spell = (id: string, server: Server, scope: Scope = "user"): Json => recordOf(id).mcp.spell(server, scope);
const faults = (id: string, server: Server): readonly string[] => recordOf(id).mcp.check?.(server, "user") ?? [];
const TOKEN = { GITHUB_TOKEN: { env: "GITHUB_TOKEN" } };

describe("an address is spelled as each client reads it", () => {
  test.each([
    ["claude-code", { type: "http", url: "https://mcp.linear.app/mcp" }],
    ["droid", { type: "http", url: "https://mcp.linear.app/mcp" }],
    ["gemini-cli", { type: "http", url: "https://mcp.linear.app/mcp" }],
    ["qwen-code", { httpUrl: "https://mcp.linear.app/mcp" }],
    ["codex", { url: "https://mcp.linear.app/mcp" }],
    ["copilot-cli", { type: "http", url: "https://mcp.linear.app/mcp", tools: ["*"] }],
    ["opencode", { type: "remote", url: "https://mcp.linear.app/mcp", enabled: true }],
    ["windsurf", { serverUrl: "https://mcp.linear.app/mcp" }],
    ["roo-code", { type: "streamable-http", url: "https://mcp.linear.app/mcp" }],
    ["cline-cli", { transport: { type: "streamableHttp", url: "https://mcp.linear.app/mcp" } }],
    ["cline-vscode", { type: "streamableHttp", url: "https://mcp.linear.app/mcp" }],
    [
      "goose",
      {
        type: "streamable_http",
        name: "linear",
        enabled: true,
        timeout: 300,
        uri: "https://mcp.linear.app/mcp",
      },
    ],
    ["continue-cli", { name: "linear", type: "streamable-http", url: "https://mcp.linear.app/mcp" }],
    ["zed", { url: "https://mcp.linear.app/mcp" }],
  ])("%s", (id, entry) => {
    expect(spell(id, remote("http"))).toEqual(entry);
  });

  test("Qwen takes url for SSE, whatever the type says", () => {
    expect(spell("qwen-code", remote("sse"))).toEqual({ url: "https://mcp.linear.app/mcp" });
  });

  test.each(["codex", "goose", "zed", "kiro", "lm-studio", "claude-desktop"])("%s is never told about SSE", (id) => {
    expect(recordOf(id).mcp.transports).not.toContain("sse");
  });

  test.each(["claude-desktop", "trae"])("%s takes only programs in its file", (id) => {
    expect(recordOf(id).mcp.transports).toEqual(["stdio"]);
  });
});

describe("a program is spelled as each client reads it", () => {
  test("opencode wants the command as one list", () => {
    expect(spell("opencode", stdio())).toEqual({
      type: "local",
      command: ["npx", "-y", "gh-mcp@1.2.3"],
      enabled: true,
    });
  });

  test("goose wants cmd and envs", () => {
    expect(spell("goose", stdio({ env: { LOG: "1" } }))).toMatchObject({
      type: "stdio",
      cmd: "npx",
      envs: { LOG: "1" },
    });
  });

  test("Copilot wants tools, and calls a program local at home", () => {
    expect(spell("copilot-cli", stdio())).toMatchObject({ type: "local", tools: ["*"] });
  });

  test("in a shared .mcp.json Copilot writes the word that Claude Code knows too", () => {
    expect(recordOf("copilot-cli").mcp.project?.path).toBe(recordOf("claude-code").mcp.project?.path);
    expect(spell("copilot-cli", stdio(), "project")).toMatchObject({ type: "stdio" });
  });

  test("Zed is always given args, which it requires", () => {
    expect(spell("zed", stdio({ args: [] }))).toEqual({ command: "npx", args: [] });
  });

  test("Trae takes no space in the command", () => {
    expect(faults("trae", stdio({ command: "/opt/my tools/run" }))).toHaveLength(1);
  });

  test.each(clients.flatMap((client) => (client.mcp === undefined ? [] : [client.id])))(
    "%s is never given an empty command",
    (id) => {
      expect(faults(id, stdio({ command: "" }))).toContain("command is empty");
    },
  );
});

describe("Auggie hands the line to a shell", () => {
  const args = ["a b", "$(echo hi)", "x;y", "it's", "--flag=1", ""];

  test("so every word with a meaning there is quoted, the command too", () => {
    expect(spell("auggie", stdio({ command: "/opt/my tools/run", args }))).toMatchObject({
      command: "'/opt/my tools/run'",
      args: ["'a b'", "'$(echo hi)'", "'x;y'", `'it'\\''s'`, "--flag=1", "''"],
    });
  });

  test("and a harmless word stays as it is", () => {
    expect(quoteForShell("@modelcontextprotocol/server-everything@2026.8.31")).toBe(
      "@modelcontextprotocol/server-everything@2026.8.31",
    );
  });

  test("it reads through no link and takes a byte order mark for an empty file", () => {
    expect(recordOf("auggie").mcp).toMatchObject({ followsLinks: false, readsByteOrderMark: false });
  });
});

describe("a variable is referred to in the client's own words", () => {
  test.each([
    ["claude-code", { env: { GITHUB_TOKEN: "${GITHUB_TOKEN}" } }],
    ["gemini-cli", { env: { GITHUB_TOKEN: "${GITHUB_TOKEN}" } }],
    ["qwen-code", { env: { GITHUB_TOKEN: "${GITHUB_TOKEN}" } }],
    ["droid", { env: { GITHUB_TOKEN: "${GITHUB_TOKEN}" } }],
    ["auggie", { env: { GITHUB_TOKEN: "${GITHUB_TOKEN}" } }],
    ["kiro", { env: { GITHUB_TOKEN: "${GITHUB_TOKEN}" } }],
    ["opencode", { environment: { GITHUB_TOKEN: "{env:GITHUB_TOKEN}" } }],
    ["kilo", { environment: { GITHUB_TOKEN: "{env:GITHUB_TOKEN}" } }],
    ["cursor", { env: { GITHUB_TOKEN: "${env:GITHUB_TOKEN}" } }],
    ["vscode", { env: { GITHUB_TOKEN: "${env:GITHUB_TOKEN}" } }],
    ["roo-code", { env: { GITHUB_TOKEN: "${env:GITHUB_TOKEN}" } }],
    ["windsurf", { env: { GITHUB_TOKEN: "${env:GITHUB_TOKEN}" } }],
    ["codex", { env_vars: ["GITHUB_TOKEN"] }],
    ["goose", { env_keys: ["GITHUB_TOKEN"] }],
    ["continue-cli", { env: { GITHUB_TOKEN: "${{ secrets.GITHUB_TOKEN }}" } }],
  ])("%s", (id, part) => {
    expect(faults(id, stdio({ env: TOKEN }))).toEqual([]);
    expect(spell(id, stdio({ env: TOKEN }))).toMatchObject(part);
  });

  test.each([
    "claude-desktop",
    "zed",
    "lm-studio",
    "cline-cli",
    "cline-vscode",
    "amp",
    "copilot-cli",
    "trae",
    "crush",
    "visual-studio",
  ])("%s expands nothing that is sure, so a reference is refused: it would be sent as the secret", (id) => {
    expect(faults(id, stdio({ env: TOKEN })).join()).toContain("GITHUB_TOKEN");
  });

  test("Auggie sends a reference in a header as it stands, so it is refused there", () => {
    expect(faults("auggie", remote("http", { Authorization: { env: "LINEAR_KEY" } }))).toHaveLength(1);
  });

  test("Codex names the variable of a header and never puts the value there", () => {
    const server = remote("http", { Authorization: { env: "LINEAR_KEY" }, "X-Team": "core" });
    expect(spell("codex", server)).toEqual({
      url: "https://mcp.linear.app/mcp",
      http_headers: { "X-Team": "core" },
      env_http_headers: { Authorization: "LINEAR_KEY" },
    });
  });

  test("goose expands a header only from the variables it was told about", () => {
    const server = remote("http", { Authorization: { env: "LINEAR_KEY" } });
    expect(spell("goose", server)).toMatchObject({
      env_keys: ["LINEAR_KEY"],
      headers: { Authorization: "${LINEAR_KEY}" },
    });
  });

  test.each(["codex", "goose"])("%s hands a variable on under its own name only", (id) => {
    expect(faults(id, stdio({ env: { TOKEN: { env: "GITHUB_TOKEN" } } }))).toHaveLength(1);
  });
});

describe("a token with Bearer before it", () => {
  const server = remote("http", { Authorization: { env: "LINEAR_KEY", prefix: "Bearer " } });

  test.each([
    ["claude-code", { headers: { Authorization: "Bearer ${LINEAR_KEY}" } }],
    ["gemini-cli", { headers: { Authorization: "Bearer ${LINEAR_KEY}" } }],
    ["qwen-code", { headers: { Authorization: "Bearer ${LINEAR_KEY}" } }],
    ["droid", { headers: { Authorization: "Bearer ${LINEAR_KEY}" } }],
    ["kiro", { headers: { Authorization: "Bearer ${LINEAR_KEY}" } }],
    ["opencode", { headers: { Authorization: "Bearer {env:LINEAR_KEY}" } }],
    ["kilo", { headers: { Authorization: "Bearer {env:LINEAR_KEY}" } }],
    ["cursor", { headers: { Authorization: "Bearer ${env:LINEAR_KEY}" } }],
    ["vscode", { headers: { Authorization: "Bearer ${env:LINEAR_KEY}" } }],
    ["roo-code", { headers: { Authorization: "Bearer ${env:LINEAR_KEY}" } }],
    ["windsurf", { headers: { Authorization: "Bearer ${env:LINEAR_KEY}" } }],
    ["goose", { env_keys: ["LINEAR_KEY"], headers: { Authorization: "Bearer ${LINEAR_KEY}" } }],
    ["continue-cli", { requestOptions: { headers: { Authorization: "Bearer ${{ secrets.LINEAR_KEY }}" } } }],
  ])("is spelled with the reference of %s", (id, part) => {
    expect(faults(id, server)).toEqual([]);
    expect(spell(id, server)).toMatchObject(part);
  });

  test("is Codex's bearer_token_env_var, in capitals or not, and no header", () => {
    const lower = remote("http", { authorization: { env: "LINEAR_KEY", prefix: "Bearer " } });
    for (const each of [server, lower]) {
      expect(faults("codex", each)).toEqual([]);
      expect(spell("codex", each)).toEqual({
        url: "https://mcp.linear.app/mcp",
        bearer_token_env_var: "LINEAR_KEY",
      });
    }
  });

  test.each([
    ["Authorization", "Token "],
    ["Authorization", "bearer "],
    ["X-Key", "Bearer "],
  ])("and nothing like it can be said to Codex: %s with %j", (header, prefix) => {
    const messages = faults("codex", remote("http", { [header]: { env: "LINEAR_KEY", prefix } }));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(`headers ${header}`);
  });

  test.each(["codex", "goose"])("in a program's environment can not be said to %s", (id) => {
    const env = { GITHUB_TOKEN: { env: "GITHUB_TOKEN", prefix: "Bearer " } };
    expect(faults(id, stdio({ env }))).toHaveLength(1);
    expect(faults("claude-code", stdio({ env }))).toEqual([]);
  });

  test.each(["amp", "copilot-cli", "zed", "cline-cli", "lm-studio", "crush", "visual-studio", "auggie"])(
    "is refused for %s, which expands nothing in a header",
    (id) => {
      const messages = faults(id, server);
      expect(messages).toHaveLength(1);
      expect(messages[0]).toMatch(/headers Authorization refers to the variable LINEAR_KEY, but .+ expands nothing/);
    },
  );

  test.each(["$", "a${b", "x}", "{env:", "a\tb", ""])("has no prefix like %j in any client", (prefix) => {
    for (const { id, mcp } of clients) {
      if (mcp?.transports.includes("http") !== true) continue;
      expect(faults(id, remote("http", { Authorization: { env: "LINEAR_KEY", prefix } }))).not.toEqual([]);
    }
  });
});

test("a header that stands there twice, in other capitals, is refused", () => {
  expect(faults("claude-code", remote("http", { "X-Team": "a", "x-team": "b" }))).toEqual([
    "headers x-team stands there twice",
  ]);
});

describe("a literal text that the client would replace is refused", () => {
  test.each([
    ["claude-code", "pa${HOME}ss"],
    ["gemini-cli", "pa$HOME"],
    ["qwen-code", "pa$HOME"],
    ["opencode", "{file:/etc/passwd}"],
    ["kilo", "{env:HOME}"],
    ["cursor", "${workspaceFolder}/x"],
    ["vscode", "${input:key}"],
    ["windsurf", "${file:/etc/passwd}"],
    ["roo-code", "${env:HOME}"],
    ["droid", "${HOME}"],
    ["kiro", "${HOME}"],
    ["crush", "$(id)"],
    ["continue-cli", "${{ secrets.X }}"],
  ])("%s: %s", (id, text) => {
    const inEnv = faults(id, stdio({ env: { KEY: text } }));
    expect(inEnv).toHaveLength(1);
    expect(inEnv[0]).toContain("env KEY");
    expect(faults(id, stdio({ args: ["ok", text] }))[0]).toContain("args[1]");
  });

  test.each(["codex", "zed", "cline-cli", "claude-desktop"])("%s replaces nothing, so the same text is fine", (id) => {
    expect(faults(id, stdio({ env: { KEY: "pa${HOME}$HOME" } }))).toEqual([]);
  });

  test("a dollar before a digit is no variable", () => {
    expect(faults("gemini-cli", stdio({ args: ["cost: $5"] }))).toEqual([]);
  });
});

describe("what every client would choke on", () => {
  test.each(clients.flatMap(({ id, mcp }) => (mcp?.transports.includes("http") === true ? [id] : [])))(
    "%s: a line break in a header, an address that is none",
    (id) => {
      expect(faults(id, remote("http", { "X-Team": "a\r\nb" }))).not.toEqual([]);
      expect(faults(id, { ...remote("http"), url: "not an address" } as Server)).not.toEqual([]);
    },
  );

  test("a working directory is refused where there is no word for it, and written where there is", () => {
    expect(faults("claude-code", stdio({ cwd: "/work" }))).toHaveLength(1);
    expect(spell("codex", stdio({ cwd: "/work" }))).toMatchObject({ cwd: "/work" });
    expect(spell("cline-cli", stdio({ cwd: "/work" }))).toMatchObject({ transport: { cwd: "/work" } });
  });
});

test("Amp keeps its servers under one key with a dot in it", () => {
  expect(recordOf("amp").mcp.root).toEqual(["amp.mcpServers"]);
});

test.each(["claude-code", "cline-cli", "claude-desktop"])(
  "%s gets strict JSON: a comment would make it lose the file",
  (id) => {
    expect(recordOf(id).mcp.format).toBe("json");
  },
);
