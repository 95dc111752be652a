import { describe, expect, it } from "vitest";
import { pinFault } from "../../src/sources/pin-fault.ts";

const fault = (command: string, ...args: readonly string[]): string | undefined =>
  pinFault({ id: "x", transport: "stdio", command, args, env: {} });

describe("a server always starts the same program when it is", () => {
  it.each([
    ["npx", "-y", "@playwright/mcp@0.0.83", "--headless"],
    ["npx", "--yes", "--package=@mia/tool@1.2.3-beta.1", "tool"],
    ["npx", "-y", "-p", "tool@1.2.3", "tool"],
    ["bunx", "tool@1.2.3"],
    ["uvx", "mcp-server-git==2.1.0"],
    ["uvx", "markitdown-mcp==0.0.1a8"],
    ["uvx", "--python", "3.13", "--from", "tool==2.1.post1", "tool"],
    ["uvx", "--from", "serena-agent==1.0.0", "serena"],
    ["docker", "run", "-i", "--rm", "-e", "TOKEN", "ghcr.io/github/github-mcp-server:v0.20.1"],
    ["docker", "run", "-i", "image@sha256:" + "a".repeat(64)],
    ["/usr/bin/node", "server.js"],
    ["$ATK_PLUGIN_DIR/mcp.sh"],
  ])("%s %s %s", (command, ...args) => expect(fault(command, ...args)).toBeUndefined());

  it("at an address, where nothing is fetched", () => {
    expect(
      pinFault({ id: "x", transport: "http", url: "https://example.com/mcp", headers: {} }),
    ).toBeUndefined();
  });
});

describe("a server starts whatever is newest when it is", () => {
  it.each([
    ["npx", "-y", "@playwright/mcp"],
    ["npx", "-y", "@playwright/mcp@latest"],
    ["npx", "tool@^1.2.3"],
    ["npx", "tool@1.2"],
    ["npx.cmd", "-y", "tool"],
    ["uvx", "mcp-server-git"],
    ["uvx", "mcp-server-git@latest"],
    ["uvx", "mcp-server-git>=2.1.0"],
    ["uvx", "mcp-server-git==2.*"],
    ["uvx", "--from", "serena-agent", "serena"],
    ["docker", "run", "-i", "ghcr.io/github/github-mcp-server"],
    ["docker", "run", "-i", "ghcr.io/github/github-mcp-server:latest"],
  ])("%s %s %s", (command, ...args) => expect(fault(command, ...args)).toMatch(/names no exact version/));

  it("given no package at all", () => expect(fault("npx", "-y")).toBe("npx is given no package"));
});
