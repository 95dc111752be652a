import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach } from "vitest";
import { NO_REGISTRY } from "../scenarios/scratch-home.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A scratch HOME on the real file system, and the built atk in it. */
export interface World {
  readonly home: string;
  path(name: string): string;
  write(name: string, text: string | Uint8Array, mode?: number): void;
  read(name: string): string;
  exists(name: string): boolean;
  atk(...args: readonly string[]): Result;
  /** The same with something piped in. */
  atkWith(input: string, ...args: readonly string[]): Result;
  /** The same, started and not waited for. */
  start(...args: readonly string[]): ChildProcess;
  /** The same, with stdin and stdout in the hands of the test. */
  talkTo(...args: readonly string[]): ChildProcess;
  git(...args: readonly string[]): string;
  /** Files below HOME that hold the text, links not followed. Git's objects are packed and not seen here. */
  filesWith(text: string): readonly string[];
  /** A link to a program of this machine. */
  linkProgram(program: string, folder: string): void;
  /** The same HOME with more variables. */
  with(variables: Readonly<Record<string, string>>): World;
  /** Every path below HOME with content, permission bits, link target and, when asked, all times. */
  picture(options?: { readonly times?: boolean; readonly without?: RegExp }): string;
}

const homes: string[] = [];

afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

export function createWorld(extra: Readonly<Record<string, string>> = {}): World {
  const home = mkdtempSync(join(tmpdir(), "atk-world-"));
  homes.push(home);
  return worldAt(home, extra);
}

function worldAt(home: string, extra: Readonly<Record<string, string>>): World {
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    GIT_CONFIG_GLOBAL: join(home, ".gitconfig"),
    npm_config_cache: join(tmpdir(), "atk-npm-cache"),
    ...NO_REGISTRY,
    ...extra,
  };
  const path = (name: string): string => join(home, name);
  return {
    home,
    path,
    write(name, text, mode) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
      if (mode !== undefined) chmodSync(path(name), mode);
    },
    read: (name) => readFileSync(path(name), "utf8"),
    exists: (name) => existsSync(path(name)),
    atk(...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
        cwd: home,
        env,
        encoding: "utf8",
      });
      return { code: status ?? -1, stdout, stderr };
    },
    atkWith(input, ...args) {
      const options = { cwd: home, env, input, encoding: "utf8" } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], options);
      return { code: status ?? -1, stdout, stderr };
    },
    start: (...args) => spawn(process.execPath, [MAIN, ...args], { cwd: home, env, stdio: "ignore" }),
    talkTo: (...args) =>
      spawn(process.execPath, [MAIN, ...args], { cwd: home, env, stdio: ["pipe", "pipe", "inherit"] }),
    filesWith: (text) =>
      walk(home, "").filter((name) => {
        const stat = lstatSync(path(name));
        return stat.isFile() && readFileSync(path(name)).includes(text);
      }),
    git: (...args) => spawnSync("git", ["-C", path(".atk"), ...args], { env, encoding: "utf8" }).stdout,
    linkProgram: (program, folder) => {
      const found = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).stdout.trim();
      symlinkSync(found, path(join(folder, program)));
    },
    with: (variables) => worldAt(home, { ...extra, ...variables }),
    picture: ({ times = false, without } = {}) => picture(home, times, without),
  };
}

function picture(home: string, times: boolean, without: RegExp | undefined): string {
  const names = walk(home, "").filter((name) => without === undefined || !without.test(name));
  return names.map((name) => describe(join(home, name), name, times)).join("\n");
}

/** Links are not followed. */
function walk(home: string, below: string): readonly string[] {
  return readdirSync(join(home, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = join(below, entry.name);
      return entry.isDirectory() ? [name, ...walk(home, name)] : [name];
    });
}

function describe(path: string, name: string, times: boolean): string {
  const stat = lstatSync(path);
  const when = times ? ` ${stat.mtimeMs} ${stat.ctimeMs}` : "";
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) return `${name} -> ${readlinkSync(path)}${when}`;
  if (!stat.isFile()) return `${name}/ ${mode}${when}`;
  return `${name} ${mode} ${createHash("sha256").update(readFileSync(path)).digest("hex")}${when}`;
}

/** A home whose manifest wires these agents and holds this below. */
export function initHome(world: World, agents: readonly string[], rest = "plugins: []\n"): void {
  const { code, stderr } = world.atk("init", "--agent", ...agents);
  if (code !== 0) throw new Error(stderr);
  world.write(".atk/atk.yaml", `schema_version: "2026-11-21"\nagents: [${agents.join(", ")}]\n${rest}`);
}

/** A local plugin with one stdio server. */
export function plugin(world: World, name: string, more = ""): void {
  const server = "mcp:\n  transport: stdio\n  command: node\n  args: [$ATK_PLUGIN_DIR/server.js]\n";
  world.write(
    `src/${name}/plugin.yaml`,
    `schema_version: "2026-01-23"\nname: ${name}\ndescription: a test\nmaturity: verified\n${more}${server}`,
  );
  world.write(`src/${name}/server.js`, `// ${name}\n`);
}
