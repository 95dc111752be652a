import { describe, expect, it } from "vitest";
import type { Files } from "../../src/core/host.ts";
import { createMemoryHost } from "../../src/host/memory-host.ts";
import type { FileChange } from "../../src/host/file-change.ts";
import { prepare, recover, hasOpenJournal, type TransactionContext } from "../../src/log/transaction.ts";
import { ABSENT, fileWith, link, linkTo, remove, write } from "./changes.ts";
import { Crash, crashingFiles, tearingFiles } from "./faulty-files.ts";
import { treeOf } from "./tree.ts";

const HOME = "/home/mia";
const STATE = `${HOME}/.local/state/atk/home`;

const OLD_LINK = `${HOME}/.claude/skills/x`;

const BEFORE = {
  [`${HOME}/.claude.json`]: '{ "theme": "dark" }\n',
  [`${HOME}/.codex/config.toml`]: "model = 'o3'\n",
  [`${HOME}/dotfiles/gemini.json`]: "{}\n",
  [`${HOME}/.atk/old-skill/SKILL.md`]: "# old\n",
  [`${HOME}/.atk/notes.md`]: "mine\n",
};

/** Several writes, removals and links over several directories; one write goes through a link, one link becomes a directory. */
const CHANGES: readonly FileChange[] = [
  write(`${HOME}/.claude.json`, '{ "theme": "dark", "mcpServers": {} }\n', fileWith('{ "theme": "dark" }\n')),
  write(`${HOME}/.codex/config.toml`, "model = 'o3'\n[mcp_servers.github]\n", fileWith("model = 'o3'\n")),
  write(`${HOME}/.gemini/settings.json`, '{ "mcpServers": {} }\n', fileWith("{}\n")),
  write(`${HOME}/.cursor/mcp.json`, "{}\n", ABSENT, 0o600),
  write(`${HOME}/.cursor/rules/deep/atk.mdc`, "rule\n", ABSENT),
  link(`${HOME}/.agents/skills/review`, `${HOME}/.atk/review`, ABSENT),
  link(`${HOME}/current`, "new-target", linkTo("old-target")),
  remove(`${HOME}/.atk/old-skill/SKILL.md`, fileWith("# old\n")),
  { type: "remove-directory", path: `${HOME}/.atk/old-skill` },
  {
    type: "write",
    path: `${HOME}/.atk/notes.md`,
    bytes: new TextEncoder().encode("mine\n"),
    mode: 0o755,
    forceMode: true,
    expected: fileWith("mine\n"),
  },
  remove(OLD_LINK, linkTo(`${HOME}/.atk`)),
  write(`${HOME}/.claude/skills/x/SKILL.md`, "# x\n", ABSENT),
  write(`${STATE}/state.json`, "{}", ABSENT, 0o600),
];

interface World {
  readonly files: Files;
  readonly tree: () => Promise<Readonly<Record<string, string>>>;
}

async function createWorld(): Promise<World> {
  const { files, fs } = createMemoryHost({ files: BEFORE });
  fs.mkdirSync(`${HOME}/.gemini`);
  fs.symlinkSync("../dotfiles/gemini.json", `${HOME}/.gemini/settings.json`);
  fs.symlinkSync("old-target", `${HOME}/current`);
  fs.mkdirSync(`${HOME}/.claude/skills`, { recursive: true });
  fs.symlinkSync(`${HOME}/.atk`, `${HOME}/.claude/skills/x`);
  fs.chmodSync(`${HOME}/.claude.json`, 0o600);
  return { files, tree: async () => withoutTrace(await treeOf(files, HOME)) };
}

/** All but the directory that atk keeps for itself; state.json is part of what changes. */
function withoutTrace(tree: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(tree).filter(([path]) => !path.startsWith(".local") || path.endsWith("state.json")),
  );
}

function contextFor(files: Files): TransactionContext {
  return { files, directory: STATE, now: () => new Date("2026-11-21T08:00:00Z") };
}

const REQUEST = { label: "Add plugin 'github'", changes: CHANGES, note: { message: "Add plugin 'github'" }, keep: {} };

async function apply(files: Files, changes = CHANGES): Promise<void> {
  const transaction = await prepare({ ...REQUEST, changes }, contextFor(files));
  await transaction.commit();
  await transaction.close();
}

/** As the next plan would ask for it: a link that has become a directory is not asked to go once more. */
async function applyAgain({ files }: World): Promise<void> {
  const isDirectory = (await files.stat(OLD_LINK))?.type === "directory";
  await apply(files, isDirectory ? CHANGES.filter((change) => change.path !== OLD_LINK) : CHANGES);
}

async function applyAndRollBack(files: Files): Promise<void> {
  const transaction = await prepare(REQUEST, contextFor(files));
  await transaction.commit();
  await transaction.rollBack();
}

async function untilCrash(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error;
  });
}

/** How many writing calls the work makes when nothing stops it. */
async function countCalls(work: (files: Files) => Promise<unknown>): Promise<number> {
  const { files } = await createWorld();
  const counted = crashingFiles(files, Number.POSITIVE_INFINITY);
  await work(counted.files);
  return counted.calls();
}

const old = await (await createWorld()).tree();
const done = await (async () => {
  const world = await createWorld();
  await apply(world.files);
  return world.tree();
})();

describe("a transaction that is killed", () => {
  it("changes every file of this scenario when nothing happens", () => {
    expect(old).not.toEqual(done);
    expect(done).toMatchObject({
      ".gemini/settings.json": "link ../dotfiles/gemini.json",
      "dotfiles/gemini.json": 'file 666 { "mcpServers": {} }\n',
      ".claude.json": 'file 600 { "theme": "dark", "mcpServers": {} }\n',
      ".cursor/mcp.json": "file 600 {}\n",
      current: "link new-target",
      ".agents/skills/review": `link ${HOME}/.atk/review`,
      ".claude/skills/x/SKILL.md": "file 644 # x\n",
      ".atk/notes.md": "file 755 mine\n",
    });
    expect(Object.keys(done).filter((path) => path.includes("old-skill"))).toEqual([]);
  });

  it("is all old or all new after recovery, whichever call it was killed before, and running it again converges", async () => {
    const calls = await countCalls(apply);
    expect(calls).toBeGreaterThan(50);
    const outcomes = new Set<string>();
    for (let n = 1; n <= calls; n += 1) {
      const world = await createWorld();
      await untilCrash(apply(crashingFiles(world.files, n).files));
      const recovery = await recover(contextFor(world.files));
      const tree = await world.tree();
      expect([old, done], `killed before call ${n}`).toContainEqual(tree);
      if (recovery !== undefined) {
        expect(recovery).toMatchObject({ label: REQUEST.label, note: REQUEST.note, conflicts: [] });
        expect(tree, `killed before call ${n}: ${recovery.outcome}`).toEqual(
          recovery.outcome === "finished" ? done : old,
        );
      }
      outcomes.add(recovery?.outcome ?? "nothing to do");
      expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
      await applyAgain(world);
      expect(await world.tree(), `run again after ${n}`).toEqual(done);
    }
    expect([...outcomes].sort()).toEqual(["finished", "nothing to do", "taken-back"]);
  });

  it("survives a power cut in the middle of any write", async () => {
    const calls = await countCalls(apply);
    for (let n = 1; n <= calls; n += 1) {
      const world = await createWorld();
      await untilCrash(apply(tearingFiles(world.files, n).files));
      await recover(contextFor(world.files));
      expect([old, done], `power cut in call ${n}`).toContainEqual(await world.tree());
      await applyAgain(world);
      expect(await world.tree()).toEqual(done);
    }
  });

  it("converges when recovery itself is killed, at any call, any number of times", async () => {
    const calls = await countCalls(apply);
    for (let n = 1; n <= calls; n += 3) {
      for (let m = 1; m <= 12; m += 1) {
        const world = await createWorld();
        await untilCrash(apply(crashingFiles(world.files, n).files));
        await untilCrash(recover(contextFor(crashingFiles(world.files, m).files)));
        await untilCrash(recover(contextFor(tearingFiles(world.files, m).files)));
        await recover(contextFor(world.files));
        expect([old, done], `killed before call ${n}, recovery before ${m}`).toContainEqual(await world.tree());
      }
    }
  });

  it("gives the old tree back when it is killed while rolling back", async () => {
    const committed = await countCalls(apply);
    const calls = await countCalls(applyAndRollBack);
    for (let n = committed - 10; n <= calls; n += 1) {
      const world = await createWorld();
      await untilCrash(applyAndRollBack(crashingFiles(world.files, n).files));
      const recovery = await recover(contextFor(world.files));
      const tree = await world.tree();
      expect(tree, `killed before call ${n}`).toEqual(recovery?.outcome === "finished" ? done : old);
    }
  });
});
