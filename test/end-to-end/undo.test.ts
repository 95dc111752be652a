import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin, type World } from "./world.ts";

const AGENTS = ["claude-code", "codex", "cursor"];
const BY_HAND: Readonly<Record<string, string>> = {
  ".claude.json": '{\n\t"numStartups": 3,\n\t"mcpServers": { "mine": {"command":"x"} },\n\t"last": [1, 2]\n}',
  ".codex/config.toml": 'model = "m" # why\n\n# my servers\n[mcp_servers.mine]\ncommand = "x" # own\n',
  ".cursor/mcp.json": "{}",
};
const NAMES = ["alpha", "beta", "gamma"] as const;
/** What atk keeps for itself, and git's own bookkeeping. */
const NOT_MINE = /^\.(local|cache|npm|gitconfig)|^\.atk\/\.git(\/|$)|^src/;

type Step =
  | { readonly do: "add" | "remove" | "enable" | "disable" | "unplug"; readonly name: (typeof NAMES)[number] }
  | { readonly do: "edit"; readonly name: (typeof NAMES)[number]; readonly value: string };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom("add", "remove", "enable", "disable", "unplug"),
      name: fc.constantFrom(...NAMES),
    }),
    fc.record({ do: fc.constant("edit" as const), name: fc.constantFrom(...NAMES), value: fc.constantFrom("1", "é") }),
  ),
  { minLength: 3, maxLength: 9 },
);

function start(): World {
  const world = createWorld();
  for (const [file, text] of Object.entries(BY_HAND)) world.write(file, text, 0o640);
  for (const name of NAMES) plugin(world, name);
  initHome(world, AGENTS, "# mine\nplugins: []\nmcp_servers:\n  own: { command: node, args: [x] } # why\n");
  expect(world.atk("apply", "--yes").code).toBe(0);
  return world;
}

/** What cannot be done (removing what is not there) changes nothing, which is fine too. */
function take(step: Step, world: World): void {
  if (step.do === "add") world.atk("add", `./src/${step.name}`, "--yes");
  else if (step.do === "unplug") world.atk("unplug", step.name, "--agent", "cursor", "--yes");
  else if (step.do === "edit") edit(step.name, step.value, world);
  else world.atk(step.do, step.name, "--yes");
}

/** A person changes the manifest and applies it. */
function edit(name: string, value: string, world: World): void {
  const text = world.read(".atk/atk.yaml");
  const line = `  ${name}-own: { command: node, args: ["${value}"] }\n`;
  const without = text.replace(new RegExp(`^  ${name}-own: .*\n`, "m"), "");
  world.write(".atk/atk.yaml", without.replace(/^mcp_servers:\n/m, `mcp_servers:\n${line}`));
  world.atk("apply", "--yes");
}

/** Runs that were not taken back, newest first. */
function open(world: World): number {
  const { entries } = JSON.parse(world.atk("history", "--limit", "999", "--json").stdout) as {
    entries: { undoes?: number; undone_by?: number }[];
  };
  return entries.filter(({ undoes, undone_by }) => undoes === undefined && undone_by === undefined).length;
}

describe("undo of everything", () => {
  it(
    "gives the machine back byte for byte, whatever was done, and each time a plan that is empty",
    { timeout: 600_000 },
    () => {
      fc.assert(
        fc.property(steps, (list) => {
          const world = start();
          const before = world.picture({ without: NOT_MINE });
          const first = open(world);
          for (const step of list) take(step, world);
          const middle = world.picture({ without: NOT_MINE });
          const done = open(world) - first;
          for (let left = done; left > 0; left -= 1) {
            const undone = world.atk("undo", "--yes");
            expect(undone.code, undone.stderr).toBe(0);
            const plan = world.atk("plan", "--check");
            expect(plan.code, plan.stdout + plan.stderr).toBe(0);
          }
          expect(world.picture({ without: NOT_MINE })).toBe(before);
          expect(world.git("status", "--porcelain")).toBe("");
          const undos = Array.from({ length: done }, (_, at) => first + done + done - at);
          for (const id of undos) expect(world.atk("undo", String(id), "--yes").code).toBe(0);
          expect(world.picture({ without: NOT_MINE })).toBe(middle);
          expect(world.atk("history", "--verify").code).toBe(0);
        }),
        { numRuns: 4 },
      );
    },
  );
});
