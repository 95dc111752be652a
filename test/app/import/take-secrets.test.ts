import { describe, expect, it } from "vitest";
import { hasSecretInWords, takeSecrets, type NamedValues } from "../../../src/app/import/take-secrets.ts";
import type { Server } from "../../../src/core/server.ts";

const GITHUB = `ghp_${"aB3dE5fG7h".repeat(3)}J1k2L3`;

function local(env: Record<string, string>, args: readonly string[] = []): Server {
  return { id: "github", transport: "stdio", command: "npx", args, env };
}

describe("secrets in clear in an entry", () => {
  it("are those whose names say so, and those that look like a vendor's token", () => {
    const env = { GITHUB_TOKEN: GITHUB, DB_PASSWORD: "kuchen-77", HOUSE: GITHUB, LOG_LEVEL: "debug" };
    const { values, taken } = takeSecrets(local(env), new Map());
    expect(values).toEqual({
      GITHUB_TOKEN: { secret: "GITHUB_TOKEN" },
      DB_PASSWORD: { secret: "DB_PASSWORD" },
      HOUSE: { secret: "HOUSE" },
      LOG_LEVEL: "debug",
    });
    expect(taken.map(({ name }) => name)).toEqual(["GITHUB_TOKEN", "DB_PASSWORD", "HOUSE"]);
  });

  it.each([
    ["TOKEN_LIMIT", "4000"],
    ["KEY_FILE", "/home/mia/key.pem"],
    ["AUTH_MODE", "oauth"],
    ["API_KEY", "${API_KEY}"],
    ["API_KEY", ""],
    ["API_KEY", "<your key>"],
    ["MONKEY", "banana-77"],
    ["USE_TOKEN", "true"],
  ])("are not seen in %s=%s", (name, value) => {
    expect(takeSecrets(local({ [name]: value }), new Map()).taken).toEqual([]);
  });

  it("keep the word before them in a header", () => {
    const server: Server = {
      id: "linear",
      transport: "http",
      url: "https://mcp.linear.app/mcp",
      headers: { Authorization: "Bearer lin-77-secret", "X-Team": "core" },
    };
    expect(takeSecrets(server, new Map()).values).toEqual({
      Authorization: { secret: "LINEAR_TOKEN", prefix: "Bearer " },
      "X-Team": "core",
    });
  });

  it("get a name of their own when the store has another value under that name, and the same when it is the same", () => {
    const known: NamedValues = new Map([["GITHUB_TOKEN", "another"]]);
    expect(takeSecrets(local({ GITHUB_TOKEN: GITHUB }), known).taken[0]?.name).toBe("GITHUB_GITHUB_TOKEN");
    expect(takeSecrets(local({ GITHUB_TOKEN: "another" }), known).taken[0]?.name).toBe("GITHUB_TOKEN");
    expect(takeSecrets(local({ GITHUB_TOKEN: "third" }), known).taken[0]?.name).toBe("GITHUB_GITHUB_TOKEN_2");
  });
});

describe("secrets in words", () => {
  it.each([
    [["--api-key", "kuchen-77-x"]],
    [["--token=kuchen-77-x"]],
    [["run", "-e", "GITHUB_TOKEN=kuchen-77-x", "image"]],
    [["mcp-remote", "https://a.example/mcp", "--header", "Authorization: Bearer kuchen-77-x"]],
    [["postgres://mia:ku7chen-x9@db.acme.dev/x"]],
    [["https://a.example/mcp?api_key=kuchen-77-x"]],
    [[GITHUB]],
  ])("are found in %j", (args) => {
    expect(hasSecretInWords(local({}, args))).toBe(true);
  });

  it.each([
    [["--token-limit", "400"]],
    [["--api-key", "${API_KEY}"]],
    [["--api-key", "--verbose"]],
    [["ghcr.io/a/b@sha256:1111111111111111111111111111111111111111111111111111111111111111"]],
    [["https://a.example/mcp?team=core"]],
    [["/home/mia/token"]],
  ])("are not seen in %j", (args) => {
    expect(hasSecretInWords(local({}, args))).toBe(false);
  });
});
