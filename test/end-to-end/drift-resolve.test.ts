import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, type World } from "./world.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");
const TERMINAL = join(import.meta.dirname, "terminal.py");
const hasTerminal = process.platform !== "win32" && spawnSync("python3", ["-c", "import pty"]).status === 0;

/** The end of a question; an answer that was given is shown again, and so no other words of it are. */
const LAST = "leave it alone until a day";
const [ENTER, DOWN] = ["\r", "\u001B[B"];

function typed(
  world: World,
  steps: readonly (readonly [shown: string, typed: string])[],
): { code: number; shown: string } {
  const words = [TERMINAL, JSON.stringify(steps), process.execPath, MAIN, "drift", "resolve"];
  const env = {
    PATH: process.env["PATH"],
    HOME: world.home,
    TERM: "xterm",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_GLOBAL: join(world.home, ".gitconfig"),
  };
  const { status, stdout } = spawnSync("python3", words, { cwd: world.home, env, encoding: "utf8" });
  return { code: status ?? -1, shown: stdout };
}

/** Two servers, both edited by hand, and one that somebody added. */
function edited(): World {
  const world = createWorld();
  const servers = ["alpha", "beta"].map((name) => `  ${name}: { command: node, args: [${name}.js] }\n`).join("");
  initHome(world, ["cursor"], `plugins: []\nmcp_servers:\n${servers}`);
  world.atk("apply", "--yes");
  const text = world.read(".cursor/mcp.json").replace("alpha.js", "mine.js").replace("beta.js", "theirs.js");
  world.write(".cursor/mcp.json", text.replace('"mcpServers": {', '"mcpServers": { "toy": { "command": "toy" },'));
  return world;
}

describe.skipIf(!hasTerminal)("atk drift resolve on a terminal", () => {
  it("asks about one edit after another, and does each answer as it is given", () => {
    const world = edited();
    const { code, shown } = typed(world, [
      [LAST, `${DOWN}${ENTER}`],
      ["Do this?", "y"],
      [LAST, `${DOWN}${DOWN}${ENTER}`],
      ["Do this?", "y"],
      [LAST, `${DOWN}${DOWN}${DOWN}${ENTER}`],
      ["Why?", `a toy${ENTER}`],
      ["Until which day?", ENTER],
      ["Do this?", "y"],
    ]);
    expect(code, shown).toBe(0);
    expect(world.read(".atk/atk.yaml")).toContain("args: [mine.js]");
    expect(world.read(".cursor/mcp.json")).toContain("beta.js");
    expect(world.read(".atk/atk.yaml")).toContain("reason: a toy");
    expect(world.atk("drift").stdout).toBe("No foreign edits to answer. 1 ignored (--all shows them).\n");
  });

  it("leaves what is skipped in the list, and changes nothing for it", () => {
    const world = edited();
    const before = world.picture({ times: true });
    const skip = [LAST, ENTER] as const;
    expect(typed(world, [skip, skip, skip]).code).toBe(10);
    expect(world.picture({ times: true })).toBe(before);
  });
});

describe("atk drift resolve without a terminal", () => {
  it("says which command lists the answers", () => {
    const { code, stderr } = edited().atk("drift", "resolve");
    expect(code).toBe(2);
    expect(stderr).toContain("next: atk drift lists the commands that answer an edit");
  });
});
