import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/json.ts";
import { redact, redactText } from "../../src/core/redact.ts";

const mark = (text: string): string => `#${text.length}`;
const shown = (value: Json): string => JSON.stringify(redact(value, mark));

describe("what may be a secret is never shown", () => {
  it.each([
    ["a variable with a telling name", { env: { API_KEY: "hunter2hunter2" } }, "hunter2"],
    ["a header", { headers: { Authorization: "Bearer abcdef123456" } }, "abcdef123456"],
    ["OpenCode's environment", { environment: { DB_PASSWORD: "letmein-please" } }, "letmein"],
    ["the value after a telling option", { args: ["--token", "s3cr3t-value"] }, "s3cr3t"],
    ["the value of a telling option", { args: ["--api-key=s3cr3t-value"] }, "s3cr3t"],
    ["a well-known token anywhere", { args: ["ghp_abcdefghijklmnopqrstuvwxyz0123456789"] }, "ghp_abc"],
    ["a password in a URL", { url: "https://me:p4ssw0rd@example.com/mcp" }, "p4ssw0rd"],
    ["a key in a URL", { url: "https://example.com/mcp?api_key=abc123def" }, "abc123def"],
  ])("%s is hidden", (_name, value, secret) => {
    expect(shown(value as Json)).not.toContain(secret);
    expect(shown(value as Json)).toContain("(secret ");
  });

  it.each([
    ["ordinary variables", { env: { LOG_LEVEL: "debug" } }],
    ["references", { env: { API_KEY: "${API_KEY}" }, headers: { Authorization: "Bearer ${TOKEN}" } }],
    ["commands and packages", { command: "npx", args: ["-y", "@modelcontextprotocol/server-everything@2026.8.31"] }],
  ])("%s stay readable", (_name, value) => {
    expect(redact(value as Json, mark)).toEqual(value);
  });

  it("two different secrets look different", () => {
    expect(redactText("--token=aaaa", mark)).not.toBe(redactText("--token=bbbbb", mark));
  });

  it("whatever stands in a telling variable never comes through", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), (secret) => {
        fc.pre(!/^[(\w ]*$/.test(secret) || secret.length > 12);
        const text = JSON.stringify(redact({ env: { MY_TOKEN: `S${secret}` } }, () => "#"));
        expect(text === '{"env":{"MY_TOKEN":"(secret #)"}}' || /^\$|^\{env|^</.test(`S${secret}`)).toBe(true);
      }),
    );
  });
});
