import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { valueForms } from "../../../src/core/value-forms.ts";
import { knowSecrets } from "../../../src/secrets/scan/known-secrets.ts";
import { createPieceScanner } from "../../../src/secrets/scan/scan-pieces.ts";
import { report, scanText } from "../../../src/secrets/scan/scan-text.ts";
import { draw } from "./samples.ts";

const VALUE = "hunter2/secret+key";
const known = knowSecrets([{ name: "API_KEY", value: VALUE }]);
const options = { known, file: "notes.md" };
const token = `ghp_${draw("v", 36)}`;

const line = fc.string({ unit: fc.constantFrom(..."ab :=/\"'.-_%é🔑") });
const lines = fc.array(line, { maxLength: 6 }).map((all) => all.join("\n"));
const form = fc.constantFrom(
  VALUE,
  encodeURIComponent(VALUE),
  JSON.stringify(VALUE).slice(1, -1),
  Buffer.from(VALUE).toString("base64"),
);

describe("a scan of a text", () => {
  it("finds every known secret that was planted, in any form, at its line and column", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(lines, form)), lines, (planted, last) => {
        let text = "";
        const expected = planted.map(([before, secret]) => {
          text += `${before}\n `;
          const at = { line: text.split("\n").length, column: text.length - text.lastIndexOf("\n") };
          text += `${secret} `;
          return { ...at, rule: "known-secret", name: "API_KEY", shown: `(${secret.length} characters)` };
        });
        expect(scanText(text + last, options).findings).toMatchObject(expected);
      }),
    );
  });

  it("finds a known secret inside the base64 of a longer text", () => {
    for (const before of ["", "m", "mi", "mia:"]) {
      const header = `Authorization: Basic ${Buffer.from(`${before}${VALUE}\n`).toString("base64")}`;
      expect(scanText(header, options).findings).toMatchObject([{ rule: "known-secret", line: 1 }]);
    }
  });

  it("finds nothing in a text without known secrets and tokens", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        fc.pre(!valueForms(VALUE).some((part) => text.includes(part)));
        expect(scanText(text, options)).toEqual({ findings: [], allowed: 0 });
      }),
    );
  });

  it("names a known secret rather than its shape, and the longer of two", () => {
    const both = knowSecrets([
      { name: "SHORT", value: token.slice(0, 20) },
      { name: "LONG", value: token },
    ]);
    expect(scanText(`x ${token}`, { known: both, file: "f" }).findings).toMatchObject([{ name: "LONG", column: 3 }]);
  });

  it("finds a known secret that a shape begins with", () => {
    const begin = knowSecrets([{ name: "ODD", value: "sk_live_" }]);
    expect(scanText(`a sk_live_ b sk_live_${draw("live", 30)}`, { known: begin, file: "f" }).findings).toMatchObject([
      { name: "ODD", column: 3 },
      { name: "ODD", column: 14 },
    ]);
  });

  it("does not look for known secrets of less than eight characters", () => {
    const short = knowSecrets([{ name: "STAGE", value: "staging" }]);
    expect(scanText("on staging", { known: short, file: "f" }).findings).toEqual([]);
  });

  it("passes over a line that says atk:allow-secret, and counts what is in it", () => {
    const text = `${token} # atk:allow-secret\r\n${token}\n${VALUE} ${token} // atk:allow-secret`;
    expect(scanText(text, options)).toMatchObject({ findings: [{ line: 2, column: 1 }], allowed: 3 });
  });

  it("never shows more than the first four characters", () => {
    const { findings } = scanText(`${token}\n${VALUE}`, options);
    expect(findings.map(({ shown }) => shown)).toEqual(["ghp_… (40 characters)", "(18 characters)"]);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });

  it("in pieces finds the same as in one", () => {
    const piece = fc.oneof(lines, form, fc.constant(` ${token} `), fc.constant("\n# atk:allow-secret\n"));
    const sizes = fc.record({ piece: fc.integer({ min: 1, max: 300 }), overlap: fc.integer({ min: 80, max: 200 }) });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), sizes, (pieces, size) => {
        const scanner = createPieceScanner(options, size);
        for (const text of pieces) scanner.push(text);
        expect(report(scanner.end())).toEqual(scanText(pieces.join(""), options));
      }),
      { numRuns: 1_000 },
    );
  });
});
