import { mkdirSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createWorld, initHome } from "./world.ts";

const LINEAR = `mcp_servers:
  linear:
    url: https://mcp.linear.app/mcp
    headers: { Authorization: { env: LINEAR_KEY, prefix: "Bearer " } }
`;

describe("a declared server with a token behind Bearer", () => {
  it("is told to each client in its own words, and refused alone where the client has none", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "codex", "opencode", "amp"], LINEAR);
    const { code, stderr, stdout } = world.atk("apply", "--yes");
    expect(stdout + stderr).toContain("headers Authorization refers to the variable LINEAR_KEY, but Amp expands nothing there");
    expect(stdout + stderr).toContain("give linear an `agents` list without amp in the manifest");
    expect(code).toBe(11);
    expect(JSON.parse(world.read(".claude.json"))).toMatchObject({
      mcpServers: { linear: { headers: { Authorization: "Bearer ${LINEAR_KEY}" } } },
    });
    expect(world.read(".codex/config.toml")).toContain('bearer_token_env_var = "LINEAR_KEY"');
    expect(world.read(".config/opencode/opencode.jsonc")).toContain('"Bearer {env:LINEAR_KEY}"');
    expect(world.exists(".config/amp/settings.json")).toBe(false);
  });
});
