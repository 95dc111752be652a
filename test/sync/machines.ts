import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import { runAtk, type Ended } from "../scenarios/run-atk.ts";
import { NO_REGISTRY } from "../scenarios/scratch-home.ts";

/** One machine: a HOME of its own with an ATK Home in it. Paths are relative to HOME. */
export interface TestMachine {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  path(name: string): string;
  read(name: string): string;
  exists(name: string): boolean;
  write(name: string, text: string): void;
  /** Replaces a text in a file, which has to be there. */
  edit(name: string, from: string, to: string): void;
  atk(...words: readonly string[]): Promise<Ended>;
  /** git in the home, as a person would. */
  git(...words: readonly string[]): string;
}

export interface TestFleet {
  readonly root: string;
  /** The bare repository that they share. */
  readonly remote: string;
  /** A machine without a home yet. */
  machine(name: string): TestMachine;
  /** A machine with a home that was cloned from the remote; the first one makes it and pushes it. */
  joined(name: string, manifest?: string): Promise<TestMachine>;
  gitIn(directory: string, ...words: readonly string[]): string;
}

const fleets: string[] = [];

afterEach(() => {
  for (const root of fleets.splice(0)) rmSync(root, { recursive: true, force: true });
});

export const MANIFEST = `schema_version: "2026-11-21"

# Where everything is wired.
agents: [cursor]

plugins: []

mcp_servers:
  # The first of all.
  zero: { command: node, args: [zero] }
`;

export function createFleet(): TestFleet {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "atk-fleet-")));
  fleets.push(root);
  const remote = join(root, "remote.git");
  const config = join(root, "gitconfig");
  writeFileSync(config, "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n");
  const env = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: config, ...NO_REGISTRY };
  const gitIn = (directory: string, ...words: readonly string[]): string =>
    execFileSync("git", words, { cwd: directory, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  gitIn(root, "init", "-q", "--bare", "-b", "main", remote);
  const machine = (name: string): TestMachine => machineAt(join(root, name), env, gitIn);
  const joined = async (name: string, manifest = MANIFEST): Promise<TestMachine> => {
    const made = machine(name);
    const isFirst = gitIn(remote, "for-each-ref").trim() === "";
    if (!isFirst) await succeed(made.atk("init", "--from", remote));
    else {
      await succeed(made.atk("init", "--agent", "cursor"));
      made.write(".atk/atk.yaml", manifest);
      made.git("remote", "add", "origin", remote);
    }
    await succeed(made.atk("sync", "--yes"));
    return made;
  };
  return { root, remote, machine, joined, gitIn };
}

function machineAt(home: string, shared: Readonly<Record<string, string>>, gitIn: TestFleet["gitIn"]): TestMachine {
  mkdirSync(home, { recursive: true });
  const env = { ...shared, HOME: home };
  const path = (name: string): string => join(home, name);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  const read = (name: string): string => readFileSync(path(name), "utf8");
  return {
    home,
    env,
    path,
    read,
    write,
    exists: (name) => existsSync(path(name)),
    edit(name, from, to) {
      const text = read(name);
      if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`);
      write(
        name,
        text.replace(from, () => to),
      );
    },
    atk: async (...words) => runAtk(words, { home, directory: home, env }),
    git: (...words) => gitIn(path(".atk"), ...words),
  };
}

/** What it gave, which has to be a success. */
export async function succeed(running: Promise<Ended>): Promise<Ended> {
  const ended = await running;
  if (ended.code !== 0) throw new Error(`exit ${ended.code}\n${ended.stdout}\n${ended.stderr}`);
  return ended;
}

/** Adds a server to a manifest that has `mcp_servers:` on a line. */
export function addServer(machine: TestMachine, name: string, arg = name): void {
  machine.edit(".atk/atk.yaml", "mcp_servers:\n", `mcp_servers:\n  ${name}: { command: node, args: [${arg}] }\n`);
}

/** The servers that a machine has in one of its clients. */
export function wired(machine: TestMachine): readonly string[] {
  if (!machine.exists(".cursor/mcp.json")) return [];
  const { mcpServers = {} } = JSON.parse(machine.read(".cursor/mcp.json")) as { mcpServers?: object };
  return Object.keys(mcpServers).sort();
}
