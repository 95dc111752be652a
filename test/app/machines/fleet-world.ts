import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, type Context, type Event } from "../../../src/app/context.ts";
import { findWorkspace } from "../../../src/app/workspace.ts";
import type { Host } from "../../../src/core/host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";

/** Several machines in one folder, each with a HOME of its own that holds a clone of one bare repository. */
export interface FleetWorld {
  readonly root: string;
  readonly remote: string;
  /** Makes the machine when it is not there yet. `now`: by its clock. */
  machine(
    name: string,
    how?: { readonly now?: Date; readonly env?: Readonly<Record<string, string>> },
  ): Promise<ToldContext>;
  git(directory: string, ...args: readonly string[]): string;
  remove(): void;
}

/** A context, and what it has told a person. */
export type ToldContext = Context & { readonly told: readonly Event[] };

const MANIFEST = `schema_version: "2026-11-21"
agents: [cursor]
mcp_servers:
  notes: { command: node, args: [notes.js], env: { KEY: hush-hush } }
skills: [{ path: ~/private/skills/ship }]
`;

export function createFleet(): FleetWorld {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "atk-fleet-")));
  const remote = join(root, "remote.git");
  writeFileSync(
    join(root, "gitconfig"),
    "[user]\n\tname = Me\n\temail = me@example.com\n[init]\n\tdefaultBranch = main\n",
  );
  const env = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: join(root, "gitconfig"), GIT_CONFIG_NOSYSTEM: "1" };
  const git = (directory: string, ...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: directory, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  git(root, "init", "-q", "--bare", "remote.git");
  const begin = join(root, "begin");
  git(root, "clone", "-q", remote, begin);
  writeFileSync(join(begin, "atk.yaml"), MANIFEST);
  git(begin, "add", "atk.yaml");
  git(begin, "commit", "-q", "-m", "Begin");
  git(begin, "push", "-q", "origin", "main");
  const made = new Set<string>();
  return {
    root,
    remote,
    git,
    machine: async (name, { now, env: more = {} } = {}) => {
      const home = join(root, name);
      if (!made.has(name)) {
        mkdirSync(home);
        git(root, "clone", "-q", remote, join(home, ".atk"));
      }
      made.add(name);
      const plain = createNodeHost({
        homeDirectory: home,
        workingDirectory: home,
        hostname: `${name}.example.com`,
        env: { ...env, HOME: home, ...more },
      });
      const host: Host = now === undefined ? plain : { ...plain, now: () => now };
      const told: Event[] = [];
      const context = await createContext(
        host,
        await findWorkspace(host, { global: true }),
        (event) => void told.push(event),
      );
      return { ...context, told };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
