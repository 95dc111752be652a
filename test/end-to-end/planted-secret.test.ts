import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { valueForms } from "../../src/core/value-forms.ts";
import { createWorld, initHome, type Result, type World } from "./world.ts";

const IN_STORE = "planted/in the store+7Qx?";
const IN_DOTENV = "planted-in-dotenv=9Zk&";
const FORMS = [IN_STORE, IN_DOTENV].flatMap(valueForms);

const holds = (text: string): readonly string[] => FORMS.filter((form) => text.includes(form));

/** Command lines of all processes that can be seen. */
function commandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
}

/** Everything that git keeps, unpacked. */
function gitObjects(world: World): string {
  const names = world.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").trim().split("\n");
  return names.map((name) => world.git("cat-file", "-p", name)).join("\n");
}

describe("two planted secrets, one in the store and one in a plugin's .env", () => {
  it("stand nowhere but where they were put: no file, no git object, no command line, no output", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "codex", "cursor", "goose", "opencode"]);
    const said: Result[] = [];
    const atk = (...words: readonly string[]): Result => {
      const result = world.atk(...words);
      said.push(result);
      return result;
    };
    said.push(world.atkWith(IN_STORE, "secret", "set", "PLANTED"));
    world.write("given.env", `TOKEN='${IN_DOTENV}'\n`, 0o600);
    world.write("src/keeper/run.sh", 'echo "$TOKEN $PLANTED"\nexec sleep 300\n');
    world.write(
      "src/keeper/plugin.yaml",
      `schema_version: "2026-11-21"
name: keeper
description: prints its secrets
maturity: verified
service: { type: process, command: sh, args: [run.sh] }
env_vars: [{ name: TOKEN, secret: true, required: true }, { name: PLANTED, secret: true }]
lifecycle: { install: 'echo "$TOKEN" "$PLANTED"', uninstall: 'echo "$TOKEN"; false' }
mcp: { transport: stdio, command: sh, args: [-c, 'cat /proc/$$/cmdline >&2; exit 3'], env: [TOKEN, PLANTED] }
`,
    );
    expect(atk("add", "src/keeper", "--yes", "--env-file", "given.env").code).toBe(0);
    const manifest = world.read(".atk/atk.yaml");
    const entry = "    env: { PLANTED: { secret: PLANTED } }\n    service: running\n";
    const server =
      'mcp_servers:\n  far: { url: "https://example.com/mcp", headers: { Authorization: { secret: PLANTED, prefix: "Bearer " } } }\n';
    world.write(".atk/atk.yaml", `${manifest.replace(/( {2}- name: keeper\n)/, `$1${entry}`)}${server}`);
    try {
      expect(atk("plan").code).toBe(0);
      const applied = atk("apply", "--yes");
      expect(applied.code, applied.stderr).toBe(0);
      const lines = commandLines();
      for (const words of [
        ["plan", "--json"],
        ["status"],
        ["status", "--json"],
        ["list", "--json"],
        ["logs", "keeper"],
        ["mcp", "keeper"],
        ["mcp", "far", "--json"],
        ["mcp", "run", "-g", "keeper"],
        ["mcp", "test", "keeper"],
        ["secret", "list", "--json"],
        ["secret", "scan"],
        ["doctor", "--json"],
        ["restart", "keeper"],
        ["remove", "keeper", "--yes"],
      ])
        atk(...words);
      expect(holds(lines)).toEqual([]);
      expect(said.map(({ stdout, stderr }) => holds(stdout + stderr)).flat()).toEqual([]);
      expect(holds(gitObjects(world))).toEqual([]);
      const files = new Set(FORMS.flatMap((form) => world.filesWith(form)));
      const isAllowed = (file: string): boolean =>
        file === "given.env" || file === ".atk/plugins/keeper/.env" || file.endsWith("services/keeper/output.log");
      expect([...files].filter((file) => !isAllowed(file))).toEqual([]);
      expect(world.atk("secret", "get", "PLANTED").stdout).toBe(IN_STORE);
    } finally {
      world.atk("stop", "--all");
    }
  });
});
