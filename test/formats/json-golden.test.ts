import { describe, expect, test } from "vitest";
import { valueAt, type DocumentEdit, type Made } from "../../src/formats/document.ts";
import { json, jsonc } from "../../src/formats/json.ts";
import { CLAUDE, GEMINI, OPENCODE } from "./json-golden-files.ts";
import { addedHunk } from "./line-diff.ts";

const cases = [
  {
    name: "~/.claude.json",
    before: CLAUDE,
    format: json,
    at: ["mcpServers", "github"],
    value: { type: "stdio", command: "npx", args: ["-y", "server@1.2.3"], env: {} },
    changed: "",
    added: [
      `    },`,
      `    "github": {`,
      `      "type": "stdio",`,
      `      "command": "npx",`,
      `      "args": [`,
      `        "-y",`,
      `        "server@1.2.3"`,
      `      ],`,
      `      "env": {}`,
    ],
  },
  {
    name: "opencode.jsonc",
    before: OPENCODE,
    format: jsonc,
    at: ["mcp", "github"],
    value: { type: "local", command: ["npx", "-y", "server"], enabled: true },
    changed: "",
    added: [
      `    "github": {`,
      `      "type": "local",`,
      `      "command": ["npx", "-y", "server"],`,
      `      "enabled": true`,
      `    },`,
    ],
  },
  {
    name: "Gemini's settings.json",
    before: GEMINI,
    format: jsonc,
    at: ["mcpServers", "github"],
    value: { httpUrl: "https://mcp.example.com/mcp", headers: { "X-Team": "core" } },
    changed: "\t\t}, // keep this one\r",
    added: [
      `\t\t"github": {\r`,
      `\t\t\t"httpUrl": "https://mcp.example.com/mcp",\r`,
      `\t\t\t"headers": {\r`,
      `\t\t\t\t"X-Team": "core"\r`,
      `\t\t\t}\r`,
      `\t\t}\r`,
    ],
  },
] as const;

describe("one added server is one added hunk", () => {
  for (const { name, before, format, at, value, changed, added } of cases) {
    const edits: DocumentEdit[] = [{ op: "set", at, value }];
    const there = format.edit({ text: before, edits, made: {}, file: name });

    test(`${name}: only lines added, apart from one comma`, () => {
      expect(addedHunk(before, there.text)).toEqual({ changed, added });
      expect(valueAt(format.parse(there.text, name), at)).toEqual(value);
    });

    test(`${name}: added again, no byte changes`, () => {
      expect(format.edit({ text: there.text, edits, made: there.made, file: name })).toEqual(there);
    });

    test(`${name}: removed again, every byte is as before`, () => {
      const gone: DocumentEdit[] = [{ op: "delete", at }];
      expect(format.edit({ text: there.text, edits: gone, made: there.made, file: name })).toEqual({
        text: before,
        made: {},
      });
    });
  }
});

/** Counts the characters that are looked at or copied, so that cost is shown without a clock. */
function workOf(run: () => void): number {
  const { slice, charCodeAt, lastIndexOf } = String.prototype;
  const { exec } = RegExp.prototype;
  let work = 0;
  Object.assign(RegExp.prototype, {
    exec(this: RegExp, text: string) {
      work += text.length;
      return exec.call(this, text);
    },
  });
  Object.assign(String.prototype, {
    slice(this: string, ...range: [number?, number?]) {
      const part = slice.apply(this, range);
      work += 1 + part.length;
      return part;
    },
    charCodeAt(this: string, at: number) {
      work += 1;
      return charCodeAt.call(this, at);
    },
    lastIndexOf(this: string, part: string, from = this.length) {
      const found = lastIndexOf.call(this, part, from);
      work += from - found;
      return found;
    },
  });
  try {
    run();
  } finally {
    Object.assign(String.prototype, { slice, charCodeAt, lastIndexOf });
    Object.assign(RegExp.prototype, { exec });
  }
  return work;
}

describe("cost", () => {
  const sizes = [100, 400] as const;
  const servers = (count: number) => Array.from({ length: count }, (_, index) => `server-${index}`);

  for (const indent of [undefined, 2]) {
    test(`grows with the text and the edits, not with their product (${indent === undefined ? "one line" : "indented"})`, () => {
      const [small, large] = sizes.map((count) => {
        const entries = servers(count).map((name) => [name, { command: "npx", env: { A: "1" } }] as const);
        const text = JSON.stringify({ mcpServers: Object.fromEntries(entries), list: [] }, null, indent);
        const edits = servers(count).flatMap((name): DocumentEdit[] => [
          { op: "set", at: ["mcpServers", name, "env", "B"], value: "2" },
          { op: "set", at: ["fresh", name], value: { command: "npx" } },
          { op: "set", at: ["list", { by: "name", is: name }, "url"], value: "u" },
          { op: "delete", at: ["mcpServers", name, "command"] },
        ]);
        let made: Made = {};
        return workOf(() => {
          const there = json.edit({ text, edits, made, file: "f" });
          made = there.made;
          const gone = edits.map(({ at }): DocumentEdit => ({ op: "delete", at }));
          json.edit({ text: there.text, edits: gone, made, file: "f" });
        });
      });
      const growth = (large ?? Infinity) / (small ?? 1);
      expect(growth).toBeGreaterThan(3);
      expect(growth).toBeLessThan(4.6);
    });
  }
});
