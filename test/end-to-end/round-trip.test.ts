import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clients } from "../../src/clients/index.generated.ts";
import { createWorld, initHome } from "./world.ts";

/** Files as people have them, by agent: an own server, comments where the syntax has them, odd layouts. */
const BY_HAND: Readonly<Record<string, readonly [string, string]>> = {
  "claude-code": [
    ".claude.json",
    '{\n\t"numStartups": 3,\n\t"mcpServers": { "mine": {"command":"x"} },\n\t"last": [1, 2]\n}',
  ],
  codex: [
    ".codex/config.toml",
    'model = "m" # why\n\n# my servers\n[mcp_servers.mine]\ncommand = "x" # own\n\n[profiles.a]\nb = 1',
  ],
  "gemini-cli": [".gemini/settings.json", '{\r\n  // theme\r\n  "theme": "dark",\r\n  "mcpServers": {}\r\n}\r\n'],
  opencode: [
    ".config/opencode/opencode.jsonc",
    '{\n  "mcp": {\n    "mine": { "type": "local", "command": ["x"] }, // keep\n  },\n}\n',
  ],
  goose: [".config/goose/config.yaml", "GOOSE_MODEL: m # why\nextensions:\n  mine:\n    cmd: x # own\n"],
  cursor: [".cursor/mcp.json", "{}"],
  "copilot-cli": [".copilot/mcp-config.json", '\uFEFF{ "mcpServers": { } }\n'],
  vscode: [".config/Code/User/mcp.json", '// mine\n{ "servers": { /* none yet */ } }\n'],
};
const AGENTS = Object.keys(BY_HAND);
const LEFT_BY_ATK = /^\.(atk|local|cache|gitconfig)|^src/;

const servers = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("alpha", "beta", "gamma", "delta-1", "x9"),
    args: fc.array(fc.constantFrom("-y", "a b", "é", "--n=1", "it's", '"q"'), { maxLength: 3 }),
  }),
  { maxLength: 4, minLength: 1, selector: ({ name }) => name },
);

function manifestOf(list: readonly { name: string; args: readonly string[] }[]): string {
  const lines = list.map(
    ({ name, args }) => `  ${name}: { command: node, args: ${JSON.stringify(args)}, env: { LOG: "1" } }\n`,
  );
  return `plugins: []\nmcp_servers:${lines.length === 0 ? " {}\n" : `\n${lines.join("")}`}`;
}

describe("everything that is added can be taken away again", () => {
  it("random servers in hand-written files of eight agents: applied, planned empty, removed, every byte as before", () => {
    fc.assert(
      fc.property(servers, fc.subarray(AGENTS, { minLength: 1 }), (list, agents) => {
        const world = createWorld();
        for (const [file, text] of Object.values(BY_HAND)) world.write(file, text, 0o640);
        initHome(world, agents, manifestOf(list));
        const before = world.picture({ without: LEFT_BY_ATK });
        expect(world.atk("apply", "--yes").code).toBe(0);
        expect(world.atk("plan", "--check").code).toBe(0);
        for (const agent of agents) expect(world.read(BY_HAND[agent]?.[0] ?? "")).toContain(list[0]?.name);
        world.write(".atk/atk.yaml", `schema_version: "2026-11-21"\nagents: [${agents.join(", ")}]\n${manifestOf([])}`);
        expect(world.atk("apply", "--yes").code).toBe(0);
        expect(world.picture({ without: LEFT_BY_ATK })).toBe(before);
      }),
      { numRuns: 12 },
    );
  });

  it("in every client of the user's scope, from nothing to nothing", () => {
    const agents = clients
      .filter((client) => client.mcp?.user !== undefined && client.mcp.transports.includes("stdio"))
      .map((client) => client.id);
    const world = createWorld();
    initHome(world, agents, manifestOf([{ name: "alpha", args: ["a"] }]));
    const before = world.picture({ without: LEFT_BY_ATK });
    const applied = world.atk("apply", "--yes", "--json");
    expect(applied.code).toBe(0);
    expect((JSON.parse(applied.stdout) as { applied: unknown[] }).applied).toHaveLength(agents.length);
    world.write(".atk/atk.yaml", `schema_version: "2026-11-21"\nagents: [${agents.join(", ")}]\n${manifestOf([])}`);
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.picture({ without: LEFT_BY_ATK })).toBe(before);
  });

  it("what a person writes in between stays", () => {
    const world = createWorld();
    for (const [file, text] of Object.values(BY_HAND)) world.write(file, text);
    initHome(world, AGENTS, manifestOf([{ name: "alpha", args: [] }]));
    world.atk("apply", "--yes");
    world.write(".codex/config.toml", world.read(".codex/config.toml") + "\n\n# later\n[tools]\nweb = true\n");
    world.write(".claude.json", world.read(".claude.json").replace('"last"', '"later": true,\n\t"last"'));
    world.write(".atk/atk.yaml", `schema_version: "2026-11-21"\nagents: [${AGENTS.join(", ")}]\nplugins: []\n`);
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.read(".codex/config.toml")).toBe(`${BY_HAND["codex"]?.[1]}\n\n# later\n[tools]\nweb = true\n`);
    expect(world.read(".claude.json")).toBe(
      (BY_HAND["claude-code"]?.[1] ?? "").replace('"last"', '"later": true,\n\t"last"'),
    );
  });
});

describe("the plan is a function of its inputs", () => {
  it("it does not depend on the order of declaration, and equal inputs give equal bytes", () => {
    const orders = [
      ["alpha", "beta", "gamma"],
      ["gamma", "alpha", "beta"],
    ];
    const world = createWorld();
    initHome(world, ["claude-code"], manifestOf([]));
    const plans = orders.map((names) => {
      const text = `schema_version: "2026-11-21"\nagents: [codex, claude-code]\n${manifestOf(names.map((name) => ({ name, args: [] })))}`;
      world.write(".atk/atk.yaml", text);
      const [first, second] = [world.atk("plan", "--json").stdout, world.atk("plan", "--json").stdout];
      expect(first).toBe(second);
      return (JSON.parse(first) as { changes: unknown }).changes;
    });
    expect(plans[0]).toEqual(plans[1]);
  });
});
