import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExport, printExport } from "../../../src/app/export/export-file.ts";

const lock = { lockVersion: 1, plugins: {} };

describe("an exported file", () => {
  it("gives back what was put into it, without the lines for who reads it", () => {
    const line = fc
      .stringMatching(/^[a-z :#-]{0,20}$/)
      .filter((each) => !each.startsWith("#:") && !each.startsWith("---"));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.string(), (lines, text) => {
        const manifest = `schema_version: "1"\n${lines.join("\n")}`.replace(/\n*$/, "\n");
        const files = { "skills/a/SKILL.md": { text }, "skills/a/run.sh": { text, executable: true as const } };
        expect(parseExport(printExport({ manifest, lock, files }, ["for you"]), "x")).toEqual({
          manifest,
          lock,
          files,
        });
      }),
    );
  });

  it.each([
    "../x/y",
    "/etc/x",
    "a/../b",
    ".git/config",
    "skills/.git/x",
    "atk.yaml",
    "plugins/x/plugin.yaml",
    "C:/x/y",
    "a\\b/c",
    ".ssh/x",
  ])("is refused when it would write %s", (path) => {
    const text = printExport({ manifest: "a: 1\n", lock, files: { [path]: { text: "" } } }, []);
    expect(() => parseExport(text, "x")).toThrow("is no place for a skill or an instruction");
  });
});
