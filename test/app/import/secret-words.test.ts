import { describe, expect, it } from "vitest";
import { isClearSecret } from "../../../src/app/import/secret-words.ts";

describe("a value beside a name that tells of a secret", () => {
  it.each([
    ["GITHUB_TOKEN", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"],
    ["API_KEY", "test-key-of-the-team"],
    ["dbPassword", "keks"],
    ["Authorization", "Bearer sample-but-real"],
  ])("is one: %s", (name, value) => {
    expect(isClearSecret(name, value)).toBe(true);
  });

  it.each([
    ["API_KEY", "<your key>"],
    ["API_KEY", "your-key-here"],
    ["API_KEY", "${API_KEY}"],
    ["TOKEN_LIMIT", "4096"],
    ["KEY_FILE", "/home/me/key.pem"],
    ["AUTH", "none"],
  ])("is none where it says so: %s", (name, value) => {
    expect(isClearSecret(name, value)).toBe(false);
  });
});
