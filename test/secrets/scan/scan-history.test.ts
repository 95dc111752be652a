import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { everyBlob } from "../../../src/git/native/every-blob.ts";
import { knowSecrets } from "../../../src/secrets/scan/known-secrets.ts";
import { scanHistory, type HistoryReport } from "../../../src/secrets/scan/scan-history.ts";
import { createScratch, type Scratch } from "../../git/scratch.ts";
import { draw } from "./samples.ts";

const known = knowSecrets([{ name: "API_KEY", value: "hunter2/secret+key" }]);
const token = `ghp_${draw("v", 36)}`;
const program = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();

describe("a scan of the history", () => {
  let scratch: Scratch;

  beforeEach(() => {
    scratch = createScratch();
    scratch.git("init", "-q");
  });
  afterEach(() => scratch.remove());

  function commit(files: Readonly<Record<string, string | Uint8Array>>): string {
    for (const [path, content] of Object.entries(files)) scratch.write(path, content);
    scratch.git("add", "-A");
    scratch.git("commit", "-q", "-m", "Commit");
    return scratch.git("rev-parse", "HEAD").trim();
  }

  const scan = (maxBytes?: number): Promise<HistoryReport> => {
    const machine = scratch.host().machine;
    const more = maxBytes === undefined ? {} : { maxBytes };
    return scanHistory(everyBlob({ program, directory: scratch.home, machine, ...more }), known);
  };

  it("finds a secret that was taken out again, in the first commit that had it", async () => {
    commit({ "notes.md": "nothing\n" });
    const guilty = commit({ "notes.md": `nothing\n${token}\n` });
    commit({ "notes.md": "nothing any more\n" });
    expect(await scan()).toMatchObject({
      findings: [{ rule: "github-token", file: "notes.md", line: 2, column: 1, commit: guilty, versions: 1 }],
      scanned: 3,
    });
  });

  it("reports a secret once for a file, however many versions of the file have it", async () => {
    const first = commit({ "notes.md": token });
    for (let version = 0; version < 5; version++) commit({ "notes.md": `${version}\n${token}` });
    commit({ "other.md": `other ${token}` });
    const { findings } = await scan();
    expect(findings).toMatchObject([
      { file: "notes.md", line: 1, commit: first, versions: 6 },
      { file: "other.md", versions: 1 },
    ]);
  });

  it("finds known secrets in any form on a branch that is not checked out", async () => {
    commit({ a: "a" });
    scratch.git("checkout", "-q", "-b", "side");
    const guilty = commit({ "auth.json": Buffer.from("mia:hunter2/secret+key").toString("base64") });
    scratch.git("checkout", "-q", "trunk");
    expect((await scan()).findings).toMatchObject([{ name: "API_KEY", file: "auth.json", commit: guilty }]);
  });

  it("counts what is allowed, binary or too large", async () => {
    commit({ "example.md": `${token} atk:allow-secret`, "picture.png": `\0${token}`, large: "x".repeat(200) });
    expect(await scan(100)).toMatchObject({
      findings: [],
      allowed: 1,
      binary: 1,
      scanned: 1,
      tooLarge: [{ path: "large", sizeBytes: 200 }],
    });
  });
});
