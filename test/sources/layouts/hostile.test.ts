import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { AtkError, showPlace } from "../../../src/core/errors.ts";
import { read, skill, type Files } from "./trees.ts";

const PLUGIN = ".claude-plugin/plugin.json";
const bundle = (text: string): Files => ({ "manifest.json": text, "a.js": "" });

async function refusal(files: Files): Promise<string> {
  const error: unknown = await read(files).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AtkError)) throw new Error("it was not refused on purpose", { cause: error });
  return `${error.code} ${error.at === undefined ? "" : showPlace(error.at)} ${error.message}`;
}

describe("what is wrong in somebody else's files is refused with its place", () => {
  it.each<[string, Files, string]>([
    ["no JSON", { [PLUGIN]: '{\n  "name": oops\n}' }, `E_PLUGIN_INVALID ${PLUGIN}:2:11`],
    [
      "not a map",
      { [PLUGIN]: "[]" },
      `E_PLUGIN_INVALID ${PLUGIN}:1:1 cannot use plugin.json: must be a map of keys and values`,
    ],
    ["a key twice", { [PLUGIN]: '{"name": "a", "name": "b"}' }, `E_PLUGIN_INVALID ${PLUGIN}:1:15`],
    [
      "a wrong type",
      { [PLUGIN]: '{\n  "name": 7\n}' },
      `E_PLUGIN_INVALID ${PLUGIN}:2:11 cannot use plugin.json: name: must be text`,
    ],
    [
      "a path that leads out",
      { [PLUGIN]: '{"name": "a",\n "skills": ["../../home"]}' },
      `E_PLUGIN_INVALID ${PLUGIN}:2:13`,
    ],
    [
      "an absolute path",
      { [PLUGIN]: '{"name": "a", "commands": "/etc/passwd.md"}' },
      `E_PLUGIN_INVALID ${PLUGIN}:1:27`,
    ],
    ["a Windows path", { [PLUGIN]: '{"name": "a", "mcpServers": "C:\\\\x.json"}' }, `E_PLUGIN_INVALID ${PLUGIN}:1:29`],
    [
      "a file that is not there",
      { [PLUGIN]: '{"name": "a", "mcpServers": "./x.json"}' },
      `E_PLUGIN_INVALID ${PLUGIN}:1:29`,
    ],
    ["a folder without skills", { [PLUGIN]: '{"name": "a", "skills": "./x"}' }, `E_PLUGIN_INVALID ${PLUGIN}:1:25`],
    [
      "an address of another kind",
      { ".mcp.json": '{"a": {"url": "file:///etc/passwd"}}' },
      "E_PLUGIN_INVALID .mcp.json:1:15",
    ],
    [
      "a header that is none",
      { ".mcp.json": '{"a": {"url": "https://x.y", "headers": {"a b": "c"}}}' },
      "E_PLUGIN_INVALID .mcp.json:1:49",
    ],
    [
      "a variable that is none",
      { ".mcp.json": '{"a": {"command": "x", "env": {"A=B": "c"}}}' },
      "E_PLUGIN_INVALID .mcp.json:1:39",
    ],
    [
      "two servers of one name",
      { ".mcp.json": '{"a b": {"command": "x"}, "A-B": {"command": "y"}}' },
      "E_PLUGIN_INVALID .mcp.json:1:34",
    ],
    [
      "an unknown setting",
      bundle('{"manifest_version": "0.3", "server": {"type": "node", "mcp_config": {"command": "${user_config.x}"}}}'),
      "E_PLUGIN_INVALID manifest.json:1:82",
    ],
    [
      "an unknown server type",
      bundle('{"manifest_version": "0.3", "server": {"type": "constructor", "entry_point": "a.js"}}'),
      "E_PLUGIN_INVALID manifest.json:1:48",
    ],
    [
      "an entry point outside",
      bundle('{"manifest_version": "0.3", "server": {"type": "node", "entry_point": "../a.js"}}'),
      "E_PLUGIN_INVALID manifest.json:1:71",
    ],
    [
      "too long",
      { [PLUGIN]: `{"name": "${"a".repeat(1_100_000)}"}` },
      `E_PLUGIN_INVALID ${PLUGIN} cannot use plugin.json: it is longer`,
    ],
    [
      "too deep",
      { [PLUGIN]: `{"name": "a", "x": ${"[".repeat(200)}${"]".repeat(200)}}` },
      `E_PLUGIN_INVALID ${PLUGIN}:1`,
    ],
  ])("%s", async (_what, files, expected) => {
    expect(await refusal(files)).toContain(expected);
  });

  it("a key of a prototype is a key like any other", async () => {
    const { plugin } = await read({ [PLUGIN]: '{"name": "a", "__proto__": {"version": "9"}, "constructor": 1}' });
    expect(plugin.version).toBeUndefined();
  });

  it("text that would paint a terminal or end a comment stays out of remarks and description", async () => {
    const { text, remarks } = await read({
      [PLUGIN]: {
        name: "a",
        description: "one\ntwo: [\u001b[31m\u202e",
        mcpServers: { "x\ny": { type: "ws\nmcp: evil", url: "wss://x.y" } },
      },
    });
    expect(remarks.join("")).not.toMatch(/[\n\u001b]/);
    expect(await text("plugin.yaml")).toContain('description: "one two: [ [31m"');
  });

  it("whatever the JSON is, it is a plugin that the schema accepts, or refused on purpose", async () => {
    const keys = fc.constantFrom(
      "name",
      "version",
      "skills",
      "commands",
      "mcpServers",
      "userConfig",
      "command",
      "args",
      "env",
      "url",
      "type",
      "server",
      "mcp_config",
      "user_config",
      "manifest_version",
      "entry_point",
      "x",
    );
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "./skills",
        "a",
        "node",
        "http",
        "${CLAUDE_PLUGIN_ROOT}/x",
        "${user_config.x}",
        "${A:-b}",
        "https://x.y",
      ),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        words,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(keys, tie("value"), { maxKeys: 5 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(PLUGIN, ".mcp.json", "manifest.json", ".claude-plugin/marketplace.json"),
        fc.dictionary(keys, value),
        async (path, data) => {
          const files = { [path]: JSON.stringify(data), "skills/a/SKILL.md": skill("a"), a: "" };
          const error: unknown = await read(files).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          if (error !== undefined && !(error instanceof AtkError && error.code === "E_PLUGIN_INVALID")) throw error;
          if (error instanceof AtkError && error.message.startsWith("cannot use plugin '")) throw error;
        },
      ),
      { numRuns: 300 },
    );
  });
});
