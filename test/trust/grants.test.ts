import { describe, expect, it } from "vitest";
import type { Plugin, PluginService } from "../../src/manifest/plugin.ts";
import type { Tree } from "../../src/sources/tree.ts";
import { grantsOf } from "../../src/trust/grants.ts";

const LOCKED = { source: { type: "registry" }, integrity: "sha256-0" } as const;

function grants(service: PluginService, files: readonly string[] = []): readonly string[] {
  const plugin = { lifecycle: {}, servers: [], ports: [], envVars: [], service } as unknown as Plugin;
  const entries = files.map((path) => ({ type: "file", path, executable: false, sha256: "ab".repeat(32) }));
  const tree = { integrity: "sha256-0", entries } as unknown as Tree;
  return grantsOf({ plugin, skills: [], instructions: [] }, LOCKED, tree);
}

describe("what a service can do", () => {
  it("names its health command", () => {
    expect(grants({ type: "process", command: "x", health: { command: "touch y" } })).toContain(
      "runs on health check: touch y",
    );
  });

  it("names what a container gets of the machine", () => {
    const lines = grants({ type: "docker", image: "img", args: ["--privileged"], volumes: ["/:/host"] });
    expect(lines).toContain("service (docker): img --privileged");
    expect(lines).toContain("service mounts /:/host");
  });

  it.each([
    [{ type: "docker-compose", composeFile: "./c.yml" }, "c.yml"],
    [{ type: "docker-compose" }, "docker-compose.yml"],
    [{ type: "systemd", unitName: "x.timer" }, "x.service"],
    [{ type: "launchd", label: "org.x" }, "org.x.plist"],
  ] as const)("shows the digest of the file that says what is started: %j", (service, path) => {
    expect(grants(service, [path, "README.md"]).filter((line) => line.startsWith("script"))).toEqual([
      `script ${path}: sha256 abababababababab`,
    ]);
  });

  it("shows what a terminal would obey or hide, so that it can be seen and kept in the lock", () => {
    expect(grants({ type: "process", command: "a\u001b[2Jb\u202ec\u200bd\ne" })).toContain(
      "service (process): a\\u{1b}[2Jb\\u{202e}c\\u{200b}d e",
    );
  });

  it("is one line for a folder of many scripts", () => {
    const many = Array.from({ length: 50 }, (_, at) => `lib/x${at}.js`);
    const lines = grants({ type: "process", command: "x" }, [...many, "run.sh"]);
    expect(lines.filter((line) => line.includes("script"))).toEqual([
      expect.stringMatching(/^50 scripts in lib\/: sha256 [0-9a-f]{16}$/),
      "script run.sh: sha256 abababababababab",
    ]);
  });
});
