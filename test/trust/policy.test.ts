import { describe, expect, it } from "vitest";
import type { LockedPlugin } from "../../src/manifest/lock.ts";
import type { Policy, Source } from "../../src/manifest/manifest.ts";
import type { Plugin } from "../../src/manifest/plugin.ts";
import { commandFaults, policyFaults } from "../../src/trust/policy.ts";

const NONE: Policy = { deniedCommands: [], installScripts: [] } as unknown as Policy;

function refused(source: Source, ...sources: readonly string[]): boolean {
  const locked: LockedPlugin = { source, integrity: "sha256-0" };
  return policyFaults(source, locked, undefined, { ...NONE, sources }).length > 0;
}

const git = (url: string): Source => ({ type: "git", url });

describe("policy.sources", () => {
  it("compares an address as git reads it, so that .. does not lead out of what is allowed", () => {
    const acme = "git:https://github.com/acme/*";
    expect(refused(git("https://github.com/acme/tool.git"), acme)).toBe(false);
    for (const url of ["acme/../evil/tool.git", "acme/%2e%2e/evil/tool", "acme/x/../../evil/x"])
      expect(refused(git(`https://github.com/${url}`), acme), url).toBe(true);
    expect(refused(git("git@github.com:acme/../evil/x"), "git:git@github.com:acme/*")).toBe(true);
    expect(refused({ type: "archive", url: "https://a.example/ok/../x.tgz" }, "archive:https://a.example/ok/*")).toBe(
      true,
    );
    expect(refused({ type: "local", path: "./src/../../x" }, "local:./src/*")).toBe(true);
    expect(refused({ type: "local", path: "./src/x" }, "local:./src/*")).toBe(false);
  });

  it("takes every sign but * for itself", () => {
    expect(refused(git("https://githubXcom/acme/x"), "git:https://github.com/*")).toBe(true);
    expect(refused(git("https://a.example/(x)"), "git:https://a.example/(x)")).toBe(false);
    expect(refused(git("https://a.example/x"), "")).toBe(true);
    expect(refused(git("https://a.example/x"), "*")).toBe(false);
  });
});

describe("policy.denied_commands", () => {
  it.each([
    "curl x",
    "sh -c 'curl x'",
    'bash -lc "set -e; /usr/bin/curl x"',
    "a&&curl x",
    "a|curl",
    "$(curl x)",
    "\\curl x",
    "{curl,x}",
    "${TOOL:-curl} x",
    "curl.exe x",
    "C:\\tools\\curl.exe x",
    "X=1\ncurl x",
    "env A=b curl",
    "npx -y curl",
    "cu''rl x",
    'sh -c "c\\url x"',
  ])("is found in %s", (command) => {
    expect(commandFaults([command], { ...NONE, deniedCommands: ["curl"] })).toHaveLength(1);
  });

  it("leaves other words alone", () => {
    expect(commandFaults(["curly x; recurl"], { ...NONE, deniedCommands: ["curl"] })).toEqual([]);
  });

  it("counts for a health check too", () => {
    const service = { type: "script", health: { command: "curl localhost" } };
    const plugin = { lifecycle: {}, servers: [], service } as unknown as Plugin;
    const source: Source = { type: "registry" };
    const policy = { ...NONE, deniedCommands: ["curl"] };
    expect(policyFaults(source, { source, integrity: "sha256-0" }, plugin, policy)).toHaveLength(1);
  });
});
