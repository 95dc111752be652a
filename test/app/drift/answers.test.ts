import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { AGENTS, argumentsOf, createDriftWorld, FILES, spelled, type Agent, type DriftWorld } from "./drift-world.ts";

interface HandEdit {
  readonly agent: Agent;
  /** A server of the manifest, or a name that the manifest does not know. */
  readonly name: string;
  readonly kind: "changed" | "removed" | "new";
  readonly answer: "promote" | "revert" | "ignore";
  readonly word: string;
}

interface Listed {
  readonly edits: readonly { readonly id: string; readonly kind: string; readonly standing: string }[];
  readonly open: number;
  readonly before: readonly string[];
}

const SERVERS = ["notes", "search", "files"];

const word = fc.constantFrom("a.js", "b c.js", "ü.js", "--x=1", "[y]", "#z");
const answer = fc.constantFrom("promote", "revert", "ignore");
const agent = fc.constantFrom(...AGENTS);
const handEdit: fc.Arbitrary<HandEdit> = fc.oneof(
  fc.record({ agent, name: fc.constantFrom(...SERVERS), kind: fc.constantFrom("changed", "removed"), answer, word }),
  fc.record({ agent, name: fc.constantFrom("toy", "other", "x1"), kind: fc.constant("new" as const), answer, word }),
) as fc.Arbitrary<HandEdit>;
const handEdits = fc.uniqueArray(handEdit, { minLength: 1, maxLength: 5, selector: idOf });

function idOf({ agent: where, name }: Pick<HandEdit, "agent" | "name">): string {
  return `mcp_server.${name}@${where}`;
}

const worlds: DriftWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

/** Three servers in five clients, beside what their user had there before. */
async function wired(): Promise<DriftWorld> {
  const world = createDriftWorld();
  worlds.push(world);
  world.write(FILES.cursor, '{ "mcpServers": { "mine": { "command": "deno" } } }\n');
  world.write(FILES.goose, "GOOSE_MODEL: m # mine\nextensions:\n  developer:\n    type: builtin\n    enabled: true\n");
  world.write(FILES.codex, '[mcp_servers.mine]\ncommand = "deno" # mine\n');
  world.write(
    ".atk/atk.yaml",
    `schema_version: "2026-11-21"
agents: [${AGENTS.join(", ")}]
plugins: []
mcp_servers:
${SERVERS.map((name) => `  ${name}: { command: node, args: [${name}.js] } # ${name}`).join("\n")}
`,
  );
  expect((await world.atk("apply", "--yes")).code).toBe(0);
  return world;
}

async function doByHand(world: DriftWorld, edits: readonly HandEdit[]): Promise<void> {
  for (const { agent: where, name, kind, word: text } of edits) {
    if (kind === "new") await world.edit(where, name, [], spelled(where, name, "toy"));
    else if (kind === "removed") await world.edit(where, name, [], undefined);
    else {
      const [key, value] = argumentsOf(where, [text]);
      await world.edit(where, name, [key], value);
    }
  }
}

const WORDS: Readonly<Record<HandEdit["answer"], (edit: HandEdit) => readonly string[]>> = {
  promote: () => ["promote"],
  revert: ({ kind }) => (kind === "new" ? ["revert", "--remove"] : ["revert"]),
  ignore: () => ["ignore", "--reason", "a test"],
};

describe("what others edit where atk keeps entries", () => {
  it("the list is exactly the edits, looking changes nothing, and once they are answered nothing is left to do", async () => {
    await fc.assert(
      fc.asyncProperty(handEdits, async (edits) => {
        const world = await wired();
        expect((await world.json<Listed>("drift")).said).toMatchObject({ edits: [], open: 0 });
        await doByHand(world, edits);
        const before = world.picture();
        const { code, said } = await world.json<Listed>("drift");
        expect(world.picture()).toBe(before);
        expect(code).toBe(10);
        expect(said.edits.map(({ id, kind }) => `${id} ${kind}`).sort()).toEqual(
          edits.map((edit) => `${idOf(edit)} ${edit.kind}`).sort(),
        );
        for (const edit of edits) {
          const listed = (await world.json<Listed>("drift")).said.edits.some(({ id }) => id === idOf(edit));
          // Another answer may have settled it: what was promoted goes to all agents.
          if (!listed) continue;
          const ended = await world.atk("drift", ...WORDS[edit.answer](edit), idOf(edit), "--yes");
          expect(ended.stderr).not.toContain("error:");
          expect(ended.code).toBe(0);
        }
        const after = await world.json<Listed>("drift");
        expect(after.said.edits.filter(({ standing }) => standing !== "ignored")).toEqual([]);
        expect(after.code).toBe(0);
        const plan = await world.atk("plan", "--check");
        expect(plan.stdout).toContain("No changes.");
        expect(plan.code).toBe(0);
      }),
      { numRuns: 12 },
    );
  }, 300_000);

  it("reverting gives the bytes of the files back, those of other edits stay", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(agent, { minLength: 1 }), word, async (agents, text) => {
        const world = await wired();
        const before = Object.fromEntries(AGENTS.map((each) => [each, world.read(each)]));
        const edits = agents.map((where): HandEdit => ({
          agent: where,
          name: "notes",
          kind: "changed",
          answer: "revert",
          word: text,
        }));
        await doByHand(world, edits);
        const [first, ...rest] = edits;
        const theirs = Object.fromEntries(rest.map((edit) => [edit.agent, world.read(edit.agent)]));
        expect((await world.atk("drift", "revert", idOf(first as HandEdit), "--yes")).code).toBe(0);
        for (const [where, content] of Object.entries(theirs)) expect(world.read(where as Agent)).toBe(content);
        if (rest.length > 0) expect((await world.atk("drift", "revert", ...rest.map(idOf), "--yes")).code).toBe(0);
        for (const each of AGENTS) expect(world.read(each)).toBe(before[each]);
      }),
      { numRuns: 5 },
    );
  }, 120_000);
});
