import { describe, expect, it } from "vitest";
import { knowSecrets } from "../../../src/secrets/scan/known-secrets.ts";
import { scanText } from "../../../src/secrets/scan/scan-text.ts";
import { TOKEN_SHAPES } from "../../../src/secrets/scan/token-shapes.ts";
import { draw, jwt, SAMPLES } from "./samples.ts";

const known = knowSecrets([]);
const scan = (text: string) => scanText(text, { known, file: "notes.md" });
const rules = (text: string): string[] => scan(text).findings.map(({ rule }) => rule);

describe("the shapes of tokens", () => {
  it("have each its own id, a page that tells of it, and samples", () => {
    const ids = TOKEN_SHAPES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(SAMPLES).toSorted()).toEqual(ids.toSorted());
    for (const { source, pattern, begins } of TOKEN_SHAPES) {
      expect(source).toMatch(/^https:\/\//);
      expect(pattern.sticky).toBe(true);
      expect(pattern.hasIndices).toBe(pattern.source.includes("(?<secret>"));
      expect(begins.length).toBeGreaterThan(0);
    }
  });

  const samples = Object.entries(SAMPLES).flatMap(([rule, texts]) => texts.map((text) => [rule, text] as const));

  it.each(samples)("find a %s where it stands", (rule, sample) => {
    const text = `# a\n  ${sample.replace("|", "")} and more\n`;
    const inLine = sample.slice(0, sample.indexOf("|"));
    const line = 2 + inLine.split("\n").length - 1;
    const column = inLine.includes("\n") ? 1 : 3 + inLine.length;
    expect(scan(text)).toMatchObject({ findings: [{ rule, file: "notes.md", line, column }], allowed: 0 });
  });

  it.each(samples)("never show a whole %s", (_rule, sample) => {
    const [, secret = ""] = sample.split("|");
    for (const { shown } of scan(sample.replace("|", "")).findings)
      expect(shown).toMatch(secret.length < 20 ? /^\(\d+ characters\)$/ : /^(.{4}… )?\(\d+ characters\)$/);
  });

  it.each([
    ["a row of x", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"],
    ["always the same letter", "sk-ant-api03-" + "a".repeat(95)],
    [
      "the documentation's AWS keys",
      "AKIAIOSFODNN7EXAMPLE aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ],
    ["a row of digits", "xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx"],
    ["angle brackets", "GITHUB_TOKEN=<your-token> glpat-<your-token-goes-here>"],
    ["a variable", "postgres://app:${DB_PASSWORD}@db.internal/app https://$USER:$PASS@git.internal/x"],
    [
      "jwt.io's example",
      `${"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"}.${"eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0"}.${draw("x", 43)}`,
    ],
    [
      "words as a password",
      "https://user:password@host.internal/ postgres://postgres:postgres@db/ mysql://root:my-secret-pw@db/",
    ],
    ["a short password in its encoded form", "https://user:he%2F%2Fo@pypi.internal/simple"],
    [
      "a format",
      "https://%s:%(password)s@git.internal/ https://u:{password1}@git.internal/ cvs://:pserver:anoncvs1@cvs.internal",
    ],
    [
      "the user's own machine",
      "postgres://app:Kx82hd9Q@localhost:5432/app http://me:Kx82hd9Q@127.0.0.1/ redis://:Kx82hd9Q@db.example.com",
    ],
    [
      "Azure's emulator",
      `AccountKey=${["Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq", "K1SZFPTOtr", "KBHBeksoGMGw=="].join("/")}`,
    ],
    ["no key after the header", 'if (text.includes("-----BEGIN PRIVATE KEY-----")) return parse(text);'],
  ])("take %s for an example", (_what, text) => {
    expect(rules(text)).toEqual([]);
  });

  it.each([
    ["a commit", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"],
    [
      "a digest",
      "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
    ],
    ["words with dashes", "task-management-is-a-long-word-with-many-dashes disk-usage risk-proj-estimates"],
    [
      "names in code",
      "secret_manager_client_configuration_for_production hf_hub_download_with_progress_bar sk_buff gsk_set_value",
    ],
    [
      "addresses without a password",
      "https://example.com:8080/a@b ssh://git@github.com:22/x http://[::1]:80/ s3://bucket/a:b@c",
    ],
    ["base64 of pictures", `data:image/png;base64,${draw("png", 3000)}`],
    ["lists of words", "Mozilla MTU NTFS NDJSON ODBC OTel eyJ AIza SG.x"],
  ])("do not fit %s", (_what, text) => {
    expect(rules(text)).toEqual([]);
  });

  it("do not begin in the middle of a longer word", () => {
    expect(rules(`x${"hf_"}${draw("i", 34)} MASK${draw("cc", 32, "0123456789abcdef")}`)).toEqual([]);
  });

  it("name a token in an address by its vendor", () => {
    expect(rules(`https://x-access-token:ghs_${draw("y", 36)}@github.com/a/b`)).toEqual(["github-app-token"]);
  });

  it("report a token once that has another one in it", () => {
    expect(rules(`ghs_482913_${jwt("app")}`)).toEqual(["github-app-token"]);
  });
});
