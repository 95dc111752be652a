import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin, type World } from "./world.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");
const TERMINAL = join(import.meta.dirname, "terminal.py");
const hasTerminal = process.platform !== "win32" && spawnSync("python3", ["-c", "import pty"]).status === 0;

const ENTER = "\r";
const INTERRUPT = "\u0003";
const TOKEN = "tok-7f3a91c2-9b1f";

/** What to wait for on the terminal, and what to type then; before that a shell command may be run. */
type Step = readonly [shown: string, typed: string, before?: string];

interface Typed {
  readonly code: number;
  readonly shown: string;
}

function type(world: World, words: readonly string[], steps: readonly Step[], more: NodeJS.ProcessEnv = {}): Typed {
  const { status, stdout } = spawnSync("python3", [TERMINAL, JSON.stringify(steps), process.execPath, MAIN, ...words], {
    cwd: world.home,
    env: {
      PATH: process.env["PATH"],
      HOME: world.home,
      TERM: "xterm",
      LC_ALL: "C.UTF-8",
      GIT_CONFIG_GLOBAL: join(world.home, ".gitconfig"),
      ...more,
    },
    encoding: "utf8",
  });
  return { code: status ?? -1, shown: stdout };
}

const VARIABLES = `env_vars:
  - { name: API_TOKEN, required: true, secret: true, description: A personal access token }
  - { name: TEAM, required: true }
  - { name: URL, default: "https://example.com" }
  - { name: NOTE }
  - { name: KEPT, secret: true }
`;

function worldWithTracker(): World {
  const world = createWorld();
  plugin(world, "tracker", VARIABLES);
  initHome(
    world,
    ["cursor"],
    `plugins:
  - name: tracker
    source: { type: local, path: ../src/tracker }
    env: { KEPT: { command: [op, read, x] } }
`,
  );
  return world;
}

const ANSWERS: readonly Step[] = [
  ["API_TOKEN (required)", `${TOKEN}${ENTER}`],
  ["TEAM (required)", `core${ENTER}`],
  ["[https://example.com]", ENTER],
  ["NOTE", ENTER],
  ["Another value of KEPT", ENTER],
];

describe.skipIf(!hasTerminal)("atk setup on a terminal", () => {
  it("asks for each variable in order, shows no secret, and brings the clients up to date", () => {
    const world = worldWithTracker();
    const { code, shown } = type(world, ["setup", "tracker"], [...ANSWERS, ["Apply this plan?", `y`]]);
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toContain(TOKEN.slice(0, 6));
    expect(shown).toContain("KEPT is the command op, says the manifest.");
    expect(code).toBe(0);
    expect(world.read(".atk/plugins/tracker/.env")).toBe(
      `# A personal access token\nAPI_TOKEN=${TOKEN}\nTEAM=core\nURL=https://example.com\n`,
    );
    expect(statSync(world.path(".atk/plugins/tracker/.env")).mode & 0o777).toBe(0o600);
    expect(world.read(".cursor/mcp.json")).toContain("tracker");
  });

  it("keeps with Enter what is there, masked but for its end, and then writes nothing", () => {
    const world = worldWithTracker();
    type(world, ["setup", "tracker"], [...ANSWERS, ["Apply this plan?", "y"]]);
    world.write(".atk/plugins/tracker/.env", `# mine\nOTHER=1\nAPI_TOKEN='${TOKEN}'\nTEAM=core\nURL=http://x\n`);
    const before = world.picture({ times: true });
    const { code, shown } = type(
      world,
      ["setup", "tracker"],
      [
        ["[****9b1f]", ENTER],
        ["[core]", ENTER],
        ["[http://x]", ENTER],
        ["NOTE", ENTER],
        ["Another value of KEPT", ENTER],
      ],
    );
    expect(shown).toContain("tracker: nothing to change");
    expect(shown).not.toContain(TOKEN);
    expect(code).toBe(0);
    expect(world.picture({ times: true })).toBe(before);
  });

  it("does not go on without a required value, and says why .env cannot hold one", () => {
    const { code, shown } = type(
      worldWithTracker(),
      ["setup", "tracker"],
      [
        ["API_TOKEN (required)", ENTER],
        ["API_TOKEN is required", `'"\`#${ENTER}`],
        ["cannot write the value of API_TOKEN", INTERRUPT],
      ],
    );
    expect(shown).toContain("nothing was changed");
    expect(code).toBe(130);
  });

  it("keeps the values when what follows from them is declined", () => {
    const world = worldWithTracker();
    const { code, shown } = type(world, ["setup", "tracker"], [...ANSWERS, ["Apply this plan?", "n"]]);
    expect(shown).toContain("The values are kept");
    expect(code).toBe(0);
    expect(world.read(".atk/plugins/tracker/.env")).toContain(`API_TOKEN=${TOKEN}\n`);
    expect(world.exists(".cursor/mcp.json")).toBe(false);
  });

  it("keeps what somebody wrote into .env while it asked", () => {
    const world = worldWithTracker();
    type(world, ["setup", "tracker"], [...ANSWERS, ["Apply this plan?", "y"]]);
    const { code } = type(
      world,
      ["setup", "tracker"],
      [
        ["API_TOKEN (required)", ENTER],
        ["TEAM (required)", `platform${ENTER}`],
        ["[https://example.com]", ENTER],
        ["NOTE", ENTER],
        ["Another value of KEPT", ENTER, "printf '# mine\\nOTHER=1\\n' >> .atk/plugins/tracker/.env"],
      ],
    );
    expect(code).toBe(0);
    expect(world.read(".atk/plugins/tracker/.env")).toBe(
      `# A personal access token\nAPI_TOKEN=${TOKEN}\nTEAM=platform\nURL=https://example.com\n# mine\nOTHER=1\n`,
    );
  });

  it("changes nothing when it is stopped at the last question", () => {
    const world = worldWithTracker();
    const without = { times: true, without: /^\.local/ };
    const before = world.picture(without);
    const { code, shown } = type(world, ["setup", "tracker"], [...ANSWERS, ["Apply this plan?", INTERRUPT]]);
    expect(shown).toContain("nothing was changed");
    expect(code).toBe(130);
    expect(world.picture(without)).toBe(before);
  });

  it("changes nothing when somebody writes .env while it waits for the last answer", () => {
    const world = worldWithTracker();
    const write = "mkdir -p .atk/plugins/tracker && echo OTHER=1 > .atk/plugins/tracker/.env";
    const { code, shown } = type(world, ["setup", "tracker"], [...ANSWERS, ["Apply this plan?", "y", write]]);
    expect(shown).toContain(".env changed since atk read it");
    expect(code).toBe(11);
    expect(world.read(".atk/plugins/tracker/.env")).toBe("OTHER=1\n");
    expect(world.exists(".cursor/mcp.json")).toBe(false);
  });

  it("asks nobody in CI, although there is a terminal", () => {
    const { code, shown } = type(worldWithTracker(), ["setup", "--all"], [], { CI: "1" });
    expect(shown).toContain("tracker still needs API_TOKEN, TEAM");
    expect(code).toBe(8);
  });

  it("asks for every plugin with --all, and says whose values they are", () => {
    const world = createWorld();
    plugin(world, "one", "env_vars: [{ name: ONE }]\n");
    plugin(world, "two", "env_vars: [{ name: TWO }]\n");
    const sources = ["one", "two"].map(
      (name) => `  - { name: ${name}, source: { type: local, path: ../src/${name} } }\n`,
    );
    initHome(world, ["cursor"], `plugins:\n${sources.join("")}`);
    const { code, shown } = type(
      world,
      ["setup", "--all"],
      [
        ["ONE", `1${ENTER}`],
        ["TWO", `2${ENTER}`],
        ["Apply this plan?", "y"],
      ],
    );
    expect(code).toBe(0);
    expect(shown.indexOf("one:")).toBeLessThan(shown.indexOf("ONE"));
    expect(shown.indexOf("two:")).toBeLessThan(shown.indexOf("TWO"));
    expect(world.read(".atk/plugins/one/.env")).toBe("ONE=1\n");
    expect(world.read(".atk/plugins/two/.env")).toBe("TWO=2\n");
  });

  it("leaves everything as it is when it is stopped half way", () => {
    const world = worldWithTracker();
    const before = world.picture({ times: true });
    const { code } = type(world, ["setup", "tracker"], [...ANSWERS.slice(0, 1), ["TEAM (required)", INTERRUPT]]);
    expect(code).toBe(130);
    expect(world.picture({ times: true })).toBe(before);
  });
});
