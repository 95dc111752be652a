import { describe, expect, it } from "vitest";
import {
  addPlugin,
  addServer,
  removePlugin,
  removeServer,
  setEnabled,
  setAgents,
  setPluginField,
} from "../../src/manifest/edit-manifest.ts";
import { thrownBy } from "./report.ts";

const FILE = "atk.yaml";
const MANIFEST = `# my agents
schema_version: '2026-11-21'
agents: [claude-code, "codex"]   # everywhere

plugins:
  # from work
  - github   # issues
  - name: everything
    agents:
      - claude-code   # trusted
      - codex
    env: { LOG_LEVEL: debug }   # noisy

mcp_servers:
  linear: { url: https://mcp.linear.app/mcp }   # tickets
  notes:
    command: node
    args: [notes.js]
`;

/** The lines that an edit took away and put in. */
function changes(after: string, before = MANIFEST): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ];
}

describe("editing the manifest", () => {
  it("adds a plugin as one line at the end of the list", () => {
    expect(changes(addPlugin(MANIFEST, "playwright", FILE))).toEqual(["+  - playwright"]);
  });

  it("adds a plugin with a source as a person would write it", () => {
    const source = { type: "git", url: "https://example.com/my-tool.git", ref: "v1.2.0" };
    expect(changes(addPlugin(MANIFEST, { name: "my-tool", source, agents: ["codex"] }, FILE))).toEqual([
      "+  - name: my-tool",
      "+    source: { type: git, url: https://example.com/my-tool.git, ref: v1.2.0 }",
      "+    agents: [codex]",
    ]);
  });

  it("quotes what YAML would read as something else", () => {
    const added = addPlugin(MANIFEST, { name: "tool", env: { A: "1", B: "true", C: "a: b", D: "", E: "x, y" } }, FILE);
    expect(changes(added)[1]).toBe('+    env: { A: "1", B: "true", C: "a: b", D: "", E: "x, y" }');
  });

  it("begins the section when there is none", () => {
    expect(addPlugin("schema_version: '2026-11-21'", "github", FILE)).toBe(
      "schema_version: '2026-11-21'\nplugins:\n  - github",
    );
  });

  it("fills a section without a value", () => {
    expect(addPlugin("plugins: # mine\n  # soon\nskills: []\n", "github", FILE)).toBe(
      "plugins: # mine\n  # soon\n  - github\nskills: []\n",
    );
  });

  it("leaves an empty list when the last plugin goes", () => {
    expect(removePlugin("plugins:\n  - github # x\nskills: []\n", "github", FILE)).toBe("plugins: []\nskills: []\n");
  });

  it("removes an entry with its inside and nothing else", () => {
    expect(changes(removePlugin(MANIFEST, "everything", FILE))).toEqual([
      "-  - name: everything",
      "-    agents:",
      "-      - claude-code   # trusted",
      "-      - codex",
      "-    env: { LOG_LEVEL: debug }   # noisy",
    ]);
  });

  it("turns the short form into a map when it gets a field, and back", () => {
    const narrowed = setAgents(MANIFEST, "github", ["codex"], FILE);
    expect(changes(narrowed)).toEqual([
      "-  - github   # issues",
      "+  - name: github   # issues",
      "+    agents: [codex]",
    ]);
    expect(setAgents(narrowed, "github", undefined, FILE)).toBe(MANIFEST);
  });

  it("changes a list item by item, so that comments stay", () => {
    expect(changes(setAgents(MANIFEST, "everything", ["claude-code", "cursor"], FILE))).toEqual([
      "-      - codex",
      "+      - cursor",
    ]);
  });

  it("writes a list anew when its order changes", () => {
    const after = setAgents(MANIFEST, "everything", ["codex", "claude-code"], FILE);
    expect(changes(after)).toContain("+    agents: [codex, claude-code]");
  });

  it("changes a map member by member", () => {
    const env = { value: { LOG_LEVEL: "info", PORT: "1" } } as const;
    const after = setPluginField(MANIFEST, { plugin: "everything", name: "env", ...env }, FILE);
    expect(changes(after)).toEqual([
      "-    env: { LOG_LEVEL: debug }   # noisy",
      '+    env: { LOG_LEVEL: info, PORT: "1" }   # noisy',
    ]);
  });

  it("disables a server and enables it again", () => {
    const off = setEnabled(MANIFEST, "linear", false, FILE);
    expect(changes(off)).toEqual([
      "-  linear: { url: https://mcp.linear.app/mcp }   # tickets",
      "+  linear: { url: https://mcp.linear.app/mcp, enabled: false }   # tickets",
    ]);
    expect(setEnabled(off, "linear", true, FILE)).toBe(MANIFEST);
    expect(setEnabled(setEnabled(MANIFEST, "notes", false, FILE), "notes", true, FILE)).toBe(MANIFEST);
  });

  it("leaves a text alone that already says what is wanted", () => {
    const explicit = "plugins:\n  - { name: github, enabled: true }\n";
    expect(setEnabled(explicit, "github", true, FILE)).toBe(explicit);
    expect(setAgents(MANIFEST, "everything", ["claude-code", "codex"], FILE)).toBe(MANIFEST);
  });

  it("adds and removes servers", () => {
    const added = addServer(MANIFEST, "local", { command: "deno", args: ["x.js"], env: { LOG: "1" } }, FILE);
    expect(changes(added)).toEqual(["+  local:", "+    command: deno", "+    args: [x.js]", '+    env: { LOG: "1" }']);
    expect(removeServer(added, "local", FILE)).toBe(MANIFEST);
    expect(changes(removeServer(MANIFEST, "linear", FILE))).toEqual([
      "-  linear: { url: https://mcp.linear.app/mcp }   # tickets",
    ]);
  });

  it("edits a manifest that is written as JSON", () => {
    const text = '{\n  "schema_version": "2026-11-21",\n  "plugins": ["github"]\n}\n';
    const added = addPlugin(text, "gitlab", FILE);
    expect(added).toContain('"plugins": ["github", gitlab]');
    expect(removePlugin(added, "gitlab", FILE)).toBe(text);
  });

  it("refuses an edit that would change something else, such as an entry with an anchor others use", () => {
    const text = "plugins:\n  - &first { name: github, agents: [codex] }\nx-copy: *first\n";
    expect(thrownBy(() => removePlugin(text, "github", FILE))).toMatchObject({ code: "E_MANIFEST" });
    expect(thrownBy(() => setAgents(text, "github", ["cursor"], FILE))).toMatchObject({
      code: "E_MANIFEST",
    });
  });

  it("says when there is no such entry", () => {
    expect(thrownBy(() => removePlugin(MANIFEST, "../x", FILE))).toMatchObject({
      code: "E_PLUGIN_NOT_FOUND",
      exitCode: 4,
    });
    expect(thrownBy(() => setEnabled(MANIFEST, "nothing", false, FILE)).code).toBe("E_PLUGIN_NOT_FOUND");
    expect(thrownBy(() => removeServer(MANIFEST, "nothing", FILE)).code).toBe("E_PLUGIN_NOT_FOUND");
  });
});
