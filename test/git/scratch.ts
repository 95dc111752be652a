import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Host } from "../../src/core/host.ts";
import type { Git } from "../../src/git/git.ts";
import { createNodeHost } from "../../src/host/node-host.ts";

/** A folder of its own for one test, with a git configuration of its own. `git` is the installed git, asked as a person would. */
export interface Scratch {
  readonly root: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  host(more?: Readonly<Record<string, string>>): Host;
  git(...args: readonly string[]): string;
  gitIn(directory: string, ...args: readonly string[]): string;
  write(path: string, text: string | Uint8Array): void;
  /** A hook of the home that ends with the given exit code after it left a line in `<root>/hooks-run`. */
  hook(name: string, exitCode?: number): void;
  remove(): void;
}

export const USER = { name: "Ada Lovelace", email: "ada@example.com" };

export function createScratch(): Scratch {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "atk-git-")));
  const home = join(root, "home");
  mkdirSync(home);
  const config = join(root, "gitconfig");
  writeFileSync(config, `[user]\n\tname = ${USER.name}\n\temail = ${USER.email}\n[init]\n\tdefaultBranch = trunk\n`);
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ALLOW_PROTOCOL: "file:http:https:ssh",
  };
  const gitIn = (directory: string, ...args: readonly string[]): string =>
    execFileSync("git", [...args], {
      cwd: directory,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const write = (path: string, text: string | Uint8Array): void => {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  return {
    root,
    home,
    env,
    host: (more = {}) => createNodeHost({ env: { ...env, ...more }, homeDirectory: root, workingDirectory: root }),
    git: (...args) => gitIn(home, ...args),
    gitIn,
    write,
    hook: (name, exitCode = 0) => {
      const file = join(home, ".git", "hooks", name);
      write(
        join(".git", "hooks", name),
        `#!/bin/sh\necho ${name} >> '${join(root, "hooks-run")}'\necho "${name} says ${exitCode}" >&2\nexit ${exitCode}\n`,
      );
      chmodSync(file, 0o755);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A repository with a.txt and b.txt committed. */
export async function beginRepository(scratch: Scratch, git: Git): Promise<void> {
  await git.init();
  scratch.write("a.txt", "one\n");
  scratch.write("b.txt", "one\n");
  await git.commitPaths({ paths: ["a.txt", "b.txt"], message: "Begin" });
}

export function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
