import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filePieces } from "../../../src/host/file-pieces.ts";
import { nodeFiles } from "../../../src/host/node-files.ts";
import { knowSecrets } from "../../../src/secrets/scan/known-secrets.ts";
import { findSecretsInCommit } from "../../../src/secrets/scan/scan-commit.ts";
import { scanFiles, type FilesReport } from "../../../src/secrets/scan/scan-files.ts";
import { draw } from "./samples.ts";

const VALUE = "hunter2/secret+key";
const known = knowSecrets([{ name: "API_KEY", value: VALUE }]);
const token = `ghp_${draw("v", 36)}`;
const MEBIBYTE = 1024 * 1024;

describe("a scan of files", () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "atk-scan-")));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(root, name), content);
    return join(root, name);
  };
  const scan = (...paths: string[]): Promise<FilesReport> => scanFiles(paths, { files: nodeFiles(), known });

  it("reports what it found in the order of the files, and counts them", async () => {
    const paths = Array.from({ length: 40 }, (_value, index) => write(`f${index}`, `${"\n".repeat(index)}${token}`));
    const { findings, scanned } = await scan(...paths, write("clean", "nothing here"));
    expect(findings.map(({ file, line }) => [file, line])).toEqual(paths.map((path, index) => [path, index + 1]));
    expect(scanned).toBe(41);
  });

  it("looks at each file once, also when it is named twice or through a link", async () => {
    const path = write("a", VALUE);
    symlinkSync(path, join(root, "link"));
    const { findings, scanned } = await scan(path, path, join(root, "link"));
    expect(findings).toMatchObject([{ file: path, name: "API_KEY" }]);
    expect(scanned).toBe(1);
  });

  it("passes over binary files, folders and what is absent, and reads the text that PowerShell writes", async () => {
    const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");
    mkdirSync(join(root, "folder"));
    const report = await scan(
      write("binary", Buffer.concat([Buffer.from(`${token}\n`), Buffer.from([0])])),
      write("late-nul", Buffer.concat([Buffer.alloc(8192, 0x20), Buffer.from([0]), Buffer.from(token)])),
      write("utf16le", utf16(`KEY=1\r\n  ${token}`)),
      write("utf16be", utf16(token).swap16()),
      join(root, "folder"),
      join(root, "absent"),
    );
    expect(report).toMatchObject({ scanned: 3, binary: 1, unread: [] });
    expect(report.findings.map(({ file, line, column }) => [file.slice(root.length + 1), line, column])).toEqual([
      ["late-nul", 1, 8194],
      ["utf16le", 2, 3],
      ["utf16be", 1, 1],
    ]);
  });

  it.skipIf(process.getuid?.() === 0)("says which files it could not read, and reads the others", async () => {
    const path = write("closed", token);
    chmodSync(path, 0o000);
    const report = await scan(path, write("open", token));
    expect(report).toMatchObject({ scanned: 1, unread: [{ path }] });
  });

  it("says that a file is unread when its pieces fail, and reads the others", async () => {
    const large = write("large", Buffer.alloc(6 * MEBIBYTE, 0x20));
    const report = await scanFiles([large, write("open", token)], {
      files: nodeFiles(),
      known,
      pieces: () => filePieces(join(root, "gone")),
    });
    expect(report).toMatchObject({ scanned: 1, unread: [{ path: large }], findings: [{ rule: "github-token" }] });
  });

  it("reads a large file in pieces and tells the same places", async () => {
    const filler = `${"x".repeat(79)}\n`.repeat((6 * MEBIBYTE) / 80);
    const lines = filler.length / 80;
    const path = write("large", `${filler}é ${token}\n${filler} ${VALUE}`);
    const { findings } = await scan(path);
    expect(findings.map(({ rule, line, column }) => [rule, line, column])).toEqual([
      ["github-token", lines + 1, 3],
      ["known-secret", 2 * lines + 2, 2],
    ]);
  });

  it("finds a secret that two chunks of a large file share", async () => {
    const chunk = MEBIBYTE;
    const at = Array.from({ length: 7 }, (_value, index) => (index + 1) * chunk - 20);
    const bytes = Buffer.alloc(8 * chunk, 0x20);
    for (const place of at) bytes.write(token, place);
    const { findings } = await scan(write("large", bytes));
    expect(findings.map(({ column }) => column)).toEqual(at.map((place) => place + 1));
  });
});

describe("a look before a commit", () => {
  it("finds secrets in what is to be committed, and passes over binary files", () => {
    const files = [
      { path: "notes.md", bytes: Buffer.from(`a\n ${token}\n`) },
      { path: "picture.png", bytes: Buffer.from(`\0${token}`) },
      { path: "config.json", bytes: Buffer.from(JSON.stringify({ auth: Buffer.from(VALUE).toString("base64") })) },
      { path: "example.md", bytes: Buffer.from(`${token} <!-- atk:allow-secret -->`) },
    ];
    expect(findSecretsInCommit(files, known)).toMatchObject({
      findings: [
        { rule: "github-token", file: "notes.md", line: 2, column: 2 },
        { rule: "known-secret", name: "API_KEY", file: "config.json", line: 1, column: 10 },
      ],
      allowed: 1,
    });
  });
});
