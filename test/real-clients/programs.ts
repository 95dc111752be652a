import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const CACHE = join(import.meta.dirname, "..", "..", ".cache", "clients");

interface Package {
  readonly package: string;
  readonly version: string;
  /** Below node_modules. */
  readonly file: string;
  /** The program needs a newer Node than the tests run on. */
  readonly newerNode?: boolean;
}

/** Exact versions: what the records state was seen with these. */
export const PACKAGES = {
  everything: {
    package: "@modelcontextprotocol/server-everything",
    version: "2026.8.31",
    file: "@modelcontextprotocol/server-everything/dist/index.js",
  },
  "claude-code": { package: "@anthropic-ai/claude-code", version: "2.1.197", file: ".bin/claude" },
  codex: { package: "@openai/codex", version: "0.169.0", file: ".bin/codex" },
  "gemini-cli": { package: "@google/gemini-cli", version: "0.61.0", file: ".bin/gemini" },
  "qwen-code": { package: "@qwen-code/qwen-code", version: "0.24.4", file: ".bin/qwen", newerNode: true },
  opencode: { package: "opencode-ai", version: "1.18.33", file: ".bin/opencode" },
  kilo: { package: "@kilocode/cli", version: "7.7.7", file: ".bin/kilo" },
  auggie: { package: "@augmentcode/auggie", version: "0.36.0", file: ".bin/auggie" },
  "copilot-cli": { package: "@github/copilot", version: "1.0.102", file: ".bin/copilot" },
  amp: { package: "@sourcegraph/amp", version: "0.0.1790142911-g7618fb", file: ".bin/amp" },
  droid: { package: "droid", version: "0.215.0", file: ".bin/droid" },
  "cline-cli": { package: "cline", version: "3.0.65", file: ".bin/cline" },
  node: { package: "node", version: "24.21.0", file: ".bin/node" },
} as const satisfies Record<string, Package>;

export type ProgramId = keyof typeof PACKAGES;

/** A program and the arguments that come before its own. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** The program, installed from the npm registry into the cache when it is not there yet. */
export async function program(id: ProgramId): Promise<Program> {
  const wanted: Package = PACKAGES[id];
  const file = await install(id);
  if (wanted.newerNode !== true) return { command: file, args: [] };
  return { command: await install("node"), args: [file] };
}

/** Absolute path of a package's file. */
export async function install(id: ProgramId): Promise<string> {
  const { package: name, version, file }: Package = PACKAGES[id];
  const folder = join(CACHE, `${id}-${version}`);
  const done = join(folder, ".done");
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "--save-exact", `${name}@${version}`], {
      cwd: folder,
    });
    writeFileSync(done, "");
  }
  return join(folder, "node_modules", file);
}
