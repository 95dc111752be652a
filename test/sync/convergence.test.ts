import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFleet, MANIFEST, succeed, wired, type TestFleet, type TestMachine } from "./machines.ts";

/** What one machine does. `at` chooses the machine; each edits servers of its own, and all edit the one that is shared. */
interface Act {
  readonly at: number;
  readonly kind: "add" | "remove" | "change" | "share" | "comment" | "sync";
  readonly number: number;
}

const act: fc.Arbitrary<Act> = fc.record({
  at: fc.nat(3),
  kind: fc.constantFrom("add", "add", "change", "remove", "share", "comment", "sync", "sync"),
  number: fc.nat(99),
});

/** What a machine has written of its own and nobody else touches: the argument of each of its servers. */
type Own = Map<string, string>;

interface Player {
  readonly name: string;
  readonly machine: TestMachine;
  readonly own: Own;
  added: number;
}

const FILE = ".atk/atk.yaml";

async function play({ at: _at, kind, number }: Act, player: Player, shared: Set<string>): Promise<void> {
  const { machine, own, name } = player;
  const [some] = [...own.keys()].slice(number % Math.max(1, own.size));
  if (kind === "sync") return syncOnce(player, number);
  if (kind === "add") {
    const server = `${name}-${(player.added += 1)}`;
    machine.edit(FILE, "mcp_servers:\n", `mcp_servers:\n  ${server}: { command: node, args: [v${number}] }\n`);
    own.set(server, `v${number}`);
  }
  if (kind === "share") {
    machine.write(FILE, machine.read(FILE).replace(/(zero: .*args: \[)[^\]]*/, `$1${name}-${number}`));
    shared.add(`${name}-${number}`);
  }
  if (kind === "comment") machine.write(FILE, `${machine.read(FILE).trimEnd()}\n# ${name} says ${number}\n`);
  if (some === undefined) return;
  const line = new RegExp(`^  ${some}: .*\\n`, "m");
  if (kind === "change") {
    machine.write(FILE, machine.read(FILE).replace(line, `  ${some}: { command: node, args: [w${number}] }\n`));
    own.set(some, `w${number}`);
  }
  if (kind === "remove") {
    machine.write(FILE, machine.read(FILE).replace(line, ""));
    own.delete(some);
  }
}

async function syncOnce({ machine }: Player, number: number): Promise<void> {
  await succeed(machine.atk("sync", "--yes", "--prefer", number % 2 === 0 ? "ours" : "theirs"));
}

/** Every machine syncs, again and again, until none moves any more. */
async function untilQuiet(players: readonly Player[]): Promise<void> {
  const heads = (): string => players.map(({ machine }) => machine.git("rev-parse", "HEAD")).join("");
  for (let round = 0; ; round += 1) {
    const before = heads();
    for (const player of players) await syncOnce(player, 1);
    if (heads() === before) return;
    expect(round).toBeLessThan(4);
  }
}

async function begin(count: number): Promise<{ readonly fleet: TestFleet; readonly players: readonly Player[] }> {
  const fleet = createFleet();
  const players: Player[] = [];
  for (const name of ["a", "b", "c", "d"].slice(0, count))
    players.push({ name, machine: await fleet.joined(name), own: new Map(), added: 0 });
  return { fleet, players };
}

describe("machines that edit and sync in any order", () => {
  it("all end with one manifest, one lock and an empty plan, and no edit is lost", { timeout: 900_000 }, async () => {
    const runs = process.env["ATK_TEST_LONG"] === undefined ? 3 : 25;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 4 }),
        fc.array(act, { minLength: 6, maxLength: 14 }),
        async (count, acts) => {
          const { players } = await begin(count);
          const shared = new Set(["zero"]);
          for (const each of acts) {
            const player = players[each.at % players.length];
            if (player !== undefined) await play(each, player, shared);
          }
          await untilQuiet(players);
          const [first] = players;
          const text = first?.machine.read(FILE) ?? "";
          const wanted = new Map(players.flatMap(({ own }) => [...own]));
          for (const { machine } of players) {
            expect(machine.read(FILE)).toBe(text);
            expect(machine.exists(".atk/atk.lock")).toBe(first?.machine.exists(".atk/atk.lock"));
            expect(machine.git("status", "--porcelain")).toBe("");
            expect(wired(machine)).toEqual([...wanted.keys(), "zero"].sort());
            expect((await machine.atk("plan", "--check")).code).toBe(0);
          }
          for (const [server, arg] of wanted) expect(text).toContain(`${server}: { command: node, args: [${arg}] }`);
          expect([...shared]).toContain(/zero: .*args: \[([^\]]*)\]/.exec(text)?.[1]);
          expect(text).toContain(MANIFEST.split("\n")[2]);
        },
      ),
      { numRuns: runs, endOnFailure: true },
    );
  });
});

describe("many machines that push at once", () => {
  it("are all through after one sync each, and nothing is lost", { timeout: 300_000 }, async () => {
    const { players } = await begin(4);
    for (const player of players) await play({ at: 0, kind: "add", number: 1 }, player, new Set());
    await Promise.all(players.map((player) => syncOnce(player, 1)));
    await untilQuiet(players);
    for (const { machine } of players) expect(wired(machine)).toEqual(["a-1", "b-1", "c-1", "d-1", "zero"]);
  });
});
