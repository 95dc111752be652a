import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { program, type ProgramId } from "./programs.ts";
import { createScratch, runClient, type Scratch } from "./scratch.ts";

const MAIN = join(import.meta.dirname, "..", "..", "dist", "main.js");
const PLANTED = "planted-Kuchen77-value";
const URL = "https://mcp.example.com/mcp";

/** How each client is told about a local server, and about a remote one, by its own command. */
const ADD: Partial<Record<ProgramId, readonly (readonly string[])[]>> = {
  "claude-code": [
    ["mcp", "add", "-s", "user", "local", "-e", `API_TOKEN=${PLANTED}`, "--", "node", "server.js", "--fast"],
    ["mcp", "add", "-s", "user", "-t", "http", "remote", URL, "-H", "X-Team: core"],
  ],
  codex: [
    ["mcp", "add", "local", "--env", `API_TOKEN=${PLANTED}`, "--", "node", "server.js", "--fast"],
    ["mcp", "add", "remote", "--url", URL, "--bearer-token-env-var", "REMOTE_TOKEN"],
  ],
  "gemini-cli": [
    [
      "mcp",
      "add",
      "-s",
      "user",
      "-e",
      `API_TOKEN=${PLANTED}`,
      "-t",
      "stdio",
      "local",
      "node",
      "server.js",
      "--",
      "--fast",
    ],
    ["mcp", "add", "-s", "user", "-H", "X-Team: core", "-t", "http", "remote", URL],
  ],
  "qwen-code": [
    [
      "mcp",
      "add",
      "-s",
      "user",
      "-e",
      `API_TOKEN=${PLANTED}`,
      "-t",
      "stdio",
      "local",
      "node",
      "server.js",
      "--",
      "--fast",
    ],
    ["mcp", "add", "-s", "user", "-H", "X-Team: core", "-t", "http", "remote", URL],
  ],
  opencode: [
    ["mcp", "add", "local", "--env", `API_TOKEN=${PLANTED}`, "--", "node", "server.js", "--fast"],
    ["mcp", "add", "remote", "--url", URL, "--header", "X-Team=core"],
  ],
  kilo: [
    ["mcp", "add", "local", "--env", `API_TOKEN=${PLANTED}`, "--", "node", "server.js", "--fast"],
    ["mcp", "add", "remote", "--url", URL, "--header", "X-Team=core"],
  ],
  auggie: [
    ["mcp", "add", "local", "--command", "node", "--args", "server.js --fast", "--env", `API_TOKEN=${PLANTED}`],
    ["mcp", "add", "remote", "--transport", "http", "--url", URL, "--header", "X-Team: core"],
  ],
  "copilot-cli": [
    ["mcp", "add", "local", "--env", `API_TOKEN=${PLANTED}`, "--", "node", "server.js", "--fast"],
    ["mcp", "add", "--transport", "http", "remote", URL, "--header", "X-Team: core"],
  ],
  amp: [
    ["mcp", "add", "local", "--env", `API_TOKEN=${PLANTED}`, "--", "node", "server.js", "--fast"],
    ["mcp", "add", "remote", "--header", "X-Team=core", URL],
  ],
  droid: [
    ["mcp", "add", "local", "node server.js --fast", "--env", `API_TOKEN=${PLANTED}`],
    ["mcp", "add", "remote", URL, "--type", "http", "--header", "X-Team: core"],
  ],
  "cline-cli": [
    ["mcp", "add", "--yes", "local", "--", "node", "server.js", "--fast"],
    ["mcp", "add", "--yes", "remote", "--transport", "http", "--header", "X-Team: core", URL],
  ],
};

describe.each(Object.entries(ADD))("%s", (id, commands) => {
  let scratch: Scratch;
  beforeAll(async () => {
    await program(id as ProgramId);
    scratch = createScratch();
    for (const words of commands) {
      const { exitCode, text } = await runClient(id as ProgramId, words, scratch);
      expect(exitCode, text).toBe(0);
    }
  });
  afterAll(() => scratch.remove());

  test("what it wrote itself is imported without a change, and there is nothing to do then", async () => {
    const before = picture(scratch.home);
    const { stdout } = await atk(["import", "--agent", id, "--yes", "--json"], scratch);
    const done = JSON.parse(stdout) as Imported;
    expect(done.left).toEqual([]);
    expect(done.entries.map(({ name, agents }) => [name, agents])).toEqual([
      ["local", [id]],
      ["remote", [id]],
    ]);
    expect(done.proof.summary).toMatchObject({ create: 0, update: 0, delete: 0, adopt: 0, unchanged: 2, attention: 0 });
    expect(stdout).not.toContain(PLANTED);
    expect(picture(scratch.home)).toEqual(before);
    await atk(["plan", "--check"], scratch);
    expect(holding(scratch.home, PLANTED).filter((path) => /^\.(atk|local|cache)\//.test(path))).toEqual([]);
  });

  test("its secret leaves its file in a second step", async () => {
    if (id === "cline-cli") return;
    await atk(["secret", "adopt", "--all", "--yes"], scratch);
    await atk(["plan", "--check"], scratch);
    expect(holding(scratch.home, PLANTED).filter((path) => !path.startsWith(".local/state/"))).toEqual([]);
  });
});

interface Imported {
  readonly entries: readonly { readonly name: string; readonly agents: readonly string[] }[];
  readonly left: readonly unknown[];
  readonly proof: { readonly summary: object };
}

function atk(args: readonly string[], { home }: Scratch): Promise<{ readonly stdout: string }> {
  const env = { HOME: home, USERPROFILE: home, PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null" };
  return promisify(execFile)(process.execPath, [MAIN, ...args], { cwd: home, env });
}

/** Every file of the home but those of atk itself, by its path. */
function picture(home: string): Readonly<Record<string, string>> {
  const own = /^(\.atk|\.config\/atk|\.local\/state\/atk|\.cache\/atk)(\/|$)/;
  const files = filesIn(home).filter((path) => !own.test(path));
  return Object.fromEntries(files.map((path) => [path, digestOf(join(home, path))]));
}

function digestOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

function holding(home: string, text: string): readonly string[] {
  return filesIn(home).filter((path) => readFileSync(join(home, path), "latin1").includes(text));
}

function filesIn(home: string): readonly string[] {
  const all = readdirSync(home, { recursive: true, encoding: "utf8" });
  return all.filter((path) => statSync(join(home, path), { throwIfNoEntry: false })?.isFile() === true).sort();
}
