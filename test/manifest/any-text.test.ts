import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { addPlugin, removePlugin, setEnabled } from "../../src/manifest/edit-manifest.ts";
import { parseLock } from "../../src/manifest/lock-file.ts";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";
import { parsePlugin } from "../../src/manifest/parse-plugin.ts";
import { readPredecessorManifest } from "../../src/manifest/predecessor.ts";
import { clientIds } from "./client-ids.ts";

/** Pieces that YAML, JSON and our formats are made of, thrown together. */
const pieces = [
  'schema_version: "2026-11-21"',
  "plugins:",
  "mcp_servers:",
  "agents:",
  "skills:",
  "name: tool",
  "- github",
  "- ",
  "  ",
  "\n",
  "\r\n",
  "\t",
  ": ",
  "[",
  "]",
  "{",
  "}",
  ",",
  "&a ",
  "*a",
  "<<: ",
  "? ",
  "| ",
  ">-",
  "# note",
  '"',
  "'",
  "---",
  "...",
  "%YAML 1.1",
  "!!set ",
  "!!binary ",
  "!!timestamp 2001-01-01",
  "\u0000",
  "\uFEFF",
  "\u2028",
  "env: ",
  "mcp: ",
  "source: ",
  "ports: ",
  "~",
  ".inf",
  "0x1F",
  "1e400",
  '"lockVersion": 1',
  "__proto__: ",
  "<<<<<<< a",
  ">>>>>>> b",
  "\uD800",
] as const;
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join(""));

const readers: readonly (readonly [string, (text: string) => unknown])[] = [
  ["the manifest", (it) => parseManifest(it, "atk.yaml", { clientIds })],
  [
    "a plugin",
    (it) =>
      parsePlugin({
        id: "tool",
        text: it,
        file: "plugin.yaml",
        hasSkillMd: false,
        overrides: { text: it, file: "o.yaml" },
      }),
  ],
  ["the lock", (it) => parseLock(it, "atk.lock")],
  ["the predecessor's manifest", (it) => readPredecessorManifest(it, "manifest.yaml")],
  ["adding a plugin to a manifest", (it) => addPlugin(it, "new-one", "atk.yaml")],
  ["removing a plugin from a manifest", (it) => removePlugin(it, "github", "atk.yaml")],
  ["disabling a plugin of a manifest", (it) => setEnabled(it, "github", false, "atk.yaml")],
];

describe.each(readers)("%s", (_name, read) => {
  it("as any text at all is read, or refused with problems that have a place", () => {
    fc.assert(
      fc.property(text, (it) => {
        const error = errorOf(() => read(it));
        if (error === undefined) return;
        expect(error).toBeInstanceOf(AtkError);
        const { problems, message } = error as AtkError;
        expect(message).not.toMatch(/[\p{Cc}\u2028]/u);
        for (const { at } of problems)
          expect(at).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
      }),
      { numRuns: 1500 },
    );
  });
});

function errorOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
