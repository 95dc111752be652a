import { expect, test } from "vitest";
import type { UserPath } from "../../src/clients/client.ts";
import { detectClients } from "../../src/clients/detect.ts";
import { projectFile, userFile } from "../../src/clients/locate.ts";
import { createMemoryHost } from "../../src/host/memory-host.ts";
import { recordOf } from "./servers.ts";

const userPath = (id: string): UserPath => {
  const { user } = recordOf(id).mcp;
  if (user === undefined) throw new Error(`${id} has no user file`);
  return user;
};

test("a file stands below the home", async () => {
  expect(await userFile(userPath("claude-code"), createMemoryHost())).toBe("/home/mia/.claude.json");
});

test("each operating system has its own place", async () => {
  const on = (platform: "linux" | "macos" | "windows") =>
    userFile(userPath("vscode"), createMemoryHost({ machine: { platform, env: {} } }));
  expect(await on("linux")).toBe("/home/mia/.config/Code/User/mcp.json");
  expect(await on("macos")).toBe("/home/mia/Library/Application Support/Code/User/mcp.json");
  expect(await on("windows")).toBe("/home/mia/AppData/Roaming/Code/User/mcp.json");
});

test("the client's own variable moves its folder", async () => {
  const env = { CODEX_HOME: "/opt/codex", CLAUDE_CONFIG_DIR: "~/work/claude", COPILOT_HOME: "" };
  const host = createMemoryHost({ machine: { env } });
  expect(await userFile(userPath("codex"), host)).toBe("/opt/codex/config.toml");
  expect(await userFile(userPath("claude-code"), host)).toBe("/home/mia/work/claude/.claude.json");
  expect(await userFile(userPath("copilot-cli"), host), "an empty variable is none").toBe(
    "/home/mia/.copilot/mcp-config.json",
  );
});

test("XDG_CONFIG_HOME and APPDATA are honoured", async () => {
  const linux = createMemoryHost({ machine: { env: { XDG_CONFIG_HOME: "/xdg" } } });
  expect(await userFile(userPath("opencode"), linux)).toBe("/xdg/opencode/opencode.jsonc");
  const windows = createMemoryHost({ machine: { platform: "windows", env: { APPDATA: "/roaming" } } });
  expect(await userFile(userPath("zed"), windows)).toBe("/roaming/Zed/settings.json");
});

test("a name that exists already is used instead of the usual one", async () => {
  const host = createMemoryHost({
    files: { "/home/mia/.config/opencode/opencode.json": "{}", "/p/.github/mcp.json": "{}" },
  });
  expect(await userFile(userPath("opencode"), host)).toBe("/home/mia/.config/opencode/opencode.json");
  const copilot = recordOf("copilot-cli").mcp.project;
  expect(copilot && (await projectFile(copilot, host, "/p"))).toBe("/p/.github/mcp.json");
  expect(copilot && (await projectFile(copilot, host, "/q"))).toBe("/q/.mcp.json");
});

test("a moved home that looks like a Windows profile has Windows places, and this machine's variables do not count", async () => {
  const files = { "/mnt/c/Users/mia/AppData/Roaming/x": "" };
  const host = createMemoryHost({
    files,
    machine: { env: { CLAUDE_CONFIG_DIR: "/opt/c", XDG_CONFIG_HOME: "/xdg" } },
  });
  expect(await userFile(userPath("vscode"), host, "/mnt/c/Users/mia")).toBe(
    "/mnt/c/Users/mia/AppData/Roaming/Code/User/mcp.json",
  );
  expect(await userFile(userPath("claude-code"), host, "/mnt/c/Users/mia")).toBe("/mnt/c/Users/mia/.claude.json");
  expect(await userFile(userPath("opencode"), host, "/home/other")).toBe("/home/other/.config/opencode/opencode.jsonc");
});

test("a client is installed when its folder exists or a program of it is on PATH", async () => {
  const files = {
    "/home/mia/.cursor/mcp.json": "{}",
    "/usr/bin/codex": "#!",
    "/home/mia/.config/Code/User/settings.json": "{}",
  };
  expect(await detectClients(createMemoryHost({ files }))).toEqual(["codex", "cursor", "vscode"]);
});

test("on Windows a program has an ending, and PATH is parted by semicolons", async () => {
  const machine = { platform: "windows" as const, env: { Path: "/tools;/npm", PATHEXT: ".EXE;.CMD" } };
  expect(await detectClients(createMemoryHost({ files: { "/npm/codex.cmd": "@" }, machine }))).toEqual(["codex"]);
});

test("nothing is found on an empty machine", async () => {
  expect(await detectClients(createMemoryHost())).toEqual([]);
});
