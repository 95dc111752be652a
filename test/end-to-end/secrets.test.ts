import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, type World } from "./world.ts";

const SECRET = "planted-7f3a91c2-secret";
const FORMS = [SECRET, Buffer.from(SECRET).toString("base64").replace(/=+$/, ""), encodeURIComponent(SECRET)];

function secretPlugin(world: World): void {
  const head = 'schema_version: "2026-01-23"\nname: Secret Keeper\ndescription: d\nmaturity: verified\n';
  const vars = "env_vars:\n  - { name: API_TOKEN, required: true, secret: true }\n";
  const install = "lifecycle:\n  install: echo $API_TOKEN\n  uninstall: 'true'\n";
  const server =
    "mcp:\n  transport: stdio\n  command: node\n  args: [-e, 'process.stderr.write(String(process.env.API_TOKEN.length))']\n  env: [API_TOKEN]\n";
  world.write("src/keeper/plugin.yaml", head + vars + install + server);
  world.write("given.env", `# from the vendor\nAPI_TOKEN="${SECRET}"\n`, 0o600);
}

/** Every file below HOME, git's objects unpacked, that holds the secret in any form. */
function holders(world: World): readonly string[] {
  const files = readdirSync(world.home, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(world.home, name)).isFile(),
  );
  const found = files.filter((name) => FORMS.some((form) => readFileSync(join(world.home, name)).includes(form)));
  const objects = execFileSync("git", ["-C", world.path(".atk"), "cat-file", "--batch-all-objects", "--batch"], {
    encoding: "utf8",
  });
  return FORMS.some((form) => objects.includes(form)) ? [...found, "git objects"] : found;
}

describe("a secret is where the user put it, and nowhere else", () => {
  it("not in a client's file, git, the state, a log, a plan or any output, from adding to removing", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "codex", "goose", "opencode", "cursor"]);
    secretPlugin(world);
    const outputs = [
      world.atk("add", "./src/keeper", "--yes", "--env-file", "given.env"),
      world.atk("plan", "--json"),
      world.atk("status", "--json"),
      world.atk("mcp", "secret-keeper"),
      world.atk("mcp", "secret-keeper", "--client", "codex"),
      world.atk("list", "--json"),
      world.atk("plan", "--out", "saved.json"),
      world.atk("disable", "secret-keeper", "--yes"),
      world.atk("enable", "secret-keeper", "--yes"),
    ];
    expect(outputs.map(({ code }) => code)).toEqual(outputs.map(() => 0));
    for (const { stdout, stderr } of outputs) for (const form of FORMS) expect(stdout + stderr).not.toContain(form);
    expect(new Set(holders(world))).toEqual(new Set(["given.env", ".atk/plugins/secret-keeper/.env"]));
    expect(statSync(world.path(".atk/plugins/secret-keeper/.env")).mode & 0o777).toBe(0o600);
    expect(world.git("ls-files")).not.toContain(".env");
    expect(world.atk("mcp", "run", "-g", "secret-keeper").stderr).toBe(String(SECRET.length));
    expect(world.atk("remove", "secret-keeper", "--yes").code).toBe(0);
    expect(world.read(".atk/plugins/secret-keeper/.env")).toContain(SECRET);
  });

  it("a required variable without a value stops the plugin before anything is written, with exit 8 and its name", () => {
    const world = createWorld();
    initHome(world, ["claude-code"]);
    secretPlugin(world);
    const before = world.picture({ without: /^\.(local|cache)/ });
    const { code, stderr } = world.atk("add", "./src/keeper", "--yes");
    expect(code).toBe(8);
    expect(stderr).toContain("API_TOKEN");
    expect(world.picture({ without: /^\.(local|cache)/ })).toBe(before);
  });

  it("an install that fails takes everything back, and its output is shown without the secret", () => {
    const world = createWorld();
    initHome(world, ["claude-code"]);
    secretPlugin(world);
    world.write(
      "src/keeper/plugin.yaml",
      world.read("src/keeper/plugin.yaml").replace("echo $API_TOKEN", "echo token $API_TOKEN; exit 4"),
    );
    const { code, stderr } = world.atk("add", "./src/keeper", "--yes", "--env-file", "given.env");
    expect(code).toBe(1);
    expect(stderr).toContain("exit code 4");
    expect(stderr).not.toContain(SECRET);
    expect(world.exists(".claude.json")).toBe(false);
    expect(world.exists(".atk/plugins/secret-keeper")).toBe(false);
    expect(world.atk("list").stdout).toContain("Nothing");
  });
});
