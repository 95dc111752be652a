import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Host, Machine } from "../../src/core/host.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { SourceContext } from "../../src/sources/context.ts";

export const ROOT = new URL("../..", import.meta.url).pathname;

/** One npm cache for all tests, so that a package is downloaded once. */
const NPM_CACHE = join(ROOT, ".cache", "npm-tests");

export const PLUGIN_YAML = ['schema_version: "2026-11-21"', "name: demo", "description: A plugin for tests", ""].join(
  "\n",
);

/** A machine of its own in a scratch folder: HOME, manifest, cache and the system's temporary folder. */
export interface World {
  readonly root: string;
  readonly home: string;
  readonly temporary: string;
  readonly host: Host;
  readonly context: SourceContext;
  path(...names: readonly string[]): string;
  write(path: string, text: string | Uint8Array, mode?: number): string;
  link(target: string, path: string): void;
  git(directory: string, ...args: readonly string[]): string;
  /** Every path below a folder, sorted. */
  list(directory: string): readonly string[];
  remove(): void;
}

export function createWorld(machine: Partial<Machine> = {}): World {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "atk-sources-")));
  const path = (...names: readonly string[]): string => join(root, ...names);
  for (const name of ["home", "manifest", "temporary"]) mkdirSync(path(name));
  const env = environment(root);
  const host = createNodeHost({
    homeDirectory: path("home"),
    workingDirectory: path("manifest"),
    env,
    ...machine,
  });
  return {
    root,
    home: path("home"),
    temporary: path("temporary"),
    host,
    context: {
      host,
      manifestDirectory: path("manifest"),
      registryDirectory: join(ROOT, "registry"),
      cacheDirectory: path("home", ".cache", "atk"),
    },
    path,
    write(name, text, mode = 0o644) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
      chmodSync(path(name), mode);
      return path(name);
    },
    link(target, name) {
      mkdirSync(dirname(path(name)), { recursive: true });
      symlinkSync(target, path(name));
    },
    git: (directory, ...args) =>
      execFileSync("git", args, { cwd: path(directory), env, encoding: "utf8", stdio: "pipe" }).trim(),
    list: (directory) =>
      readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort(),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What a program needs to find others and the network, and a HOME that is nobody's. */
function environment(root: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      /^(PATH|SystemRoot|LANG|NODE_EXTRA_CA_CERTS|npm_config_registry|(https?|no|all)_proxy)$/i.test(name),
  );
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    HOME: join(root, "home"),
    TMPDIR: join(root, "temporary"),
    npm_config_cache: NPM_CACHE,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Mia",
    GIT_AUTHOR_EMAIL: "mia@example.com",
    GIT_COMMITTER_NAME: "Mia",
    GIT_COMMITTER_EMAIL: "mia@example.com",
  };
}
