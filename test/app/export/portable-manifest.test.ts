import { describe, expect, it } from "vitest";
import { portableManifest } from "../../../src/app/export/portable-manifest.ts";

const AT = {
  file: "/home/mia/.atk/atk.yaml",
  isHere: (text: string) => text.includes("/home/mia"),
  keptBack: (path: string) => (path.startsWith("~") ? "it is elsewhere" : undefined),
};

function exported(text: string): string {
  return portableManifest(text, AT).text;
}

describe("a manifest to share", () => {
  it("keeps comments, order and what is nobody's secret", () => {
    const text =
      "# ours\nagents: [cursor] # both\nmcp_servers:\n  b: { url: https://b.example/mcp }\n  a: { command: a }\n";
    expect(exported(text)).toBe(text);
  });

  it("has names in the place of secrets, and no word about where they stand in clear", () => {
    const text =
      "mcp_servers:\n  a:\n    url: https://a.example\n    headers: { Authorization: Bearer kuchen-77, X-Team: core }\n    secrets: inline\n";
    expect(exported(text)).toBe(
      'mcp_servers:\n  a:\n    url: https://a.example\n    headers: { Authorization: { secret: A_TOKEN, prefix: "Bearer " }, X-Team: core }\n',
    );
  });

  it("leaves out what names a place of this machine, and what has a secret in its words", () => {
    const text = [
      "plugins:",
      "  - { name: here, source: { type: local, path: ../here } }",
      "  - github",
      "mcp_servers:",
      "  notes: { command: node, args: [/home/mia/notes.js] }",
      "  key: { command: x, args: [--api-key, kuchen-77-x] }",
      "  good: { command: y }",
      "skills: [~/x, ./skills/y]",
      "registries:",
      "  - { name: acme, url: ../plugins }",
      "  - { name: open, url: https://open.example/plugins.git }",
      "machines: { laptop: {} }",
      "",
    ].join("\n");
    const { text: shared, notes } = portableManifest(text, AT);
    expect(shared).toBe(
      [
        "plugins:",
        "  - github",
        "mcp_servers:",
        "  good: { command: y }",
        "skills: [./skills/y]",
        "registries:",
        "  - { name: open, url: https://open.example/plugins.git }",
        "",
      ].join("\n"),
    );
    expect(notes.map(({ section, entry }) => `${section} ${entry}`.trim())).toEqual([
      "machines",
      "mcp_servers notes",
      "mcp_servers key",
      "plugins here",
      "skills ~/x",
      "registries acme",
    ]);
  });

  it("has no comment that names a place of this machine", () => {
    expect(exported("# see /home/mia/notes\nagents: [] # fine\n")).toBe("agents: [] # fine\n");
  });
});
