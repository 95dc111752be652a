// Peers come from the npm registry into .cache/bench, exact versions, without running their install scripts.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../atk.mjs";
import { runCommand } from "../command.mjs";

const CACHE = join(ROOT, ".cache", "bench");

/** Folder of the installed package; installs it when it is not there yet. @throws Error with what npm said. */
export function installed({ name, version }, { offline }) {
  const folder = join(CACHE, `${name.replaceAll("/", "+")}-${version}`);
  const done = join(folder, ".done");
  if (!existsSync(done)) {
    if (offline) throw new Error(`${name}@${version} is not in the cache, and --offline was given`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--save-exact"];
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    runCommand({ program: npm, args: ["install", ...flags, `${name}@${version}`], cwd: folder, env: process.env });
    writeFileSync(done, "");
  }
  return join(folder, "node_modules", name);
}

const platform = process.platform === "win32" ? "win" : process.platform;

/** The Node that a peer with `engines: >=22` runs on: this one when it is new enough, else one from npm. */
export function newerNode(options) {
  if (Number(process.versions.node.split(".")[0]) >= 22) return process.execPath;
  const folder = installed({ name: `node-${platform}-${process.arch}`, version: "24.21.0" }, options);
  return join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
}

export const platformPackage = (scope) => `${scope}-${process.platform}-${process.arch}`;
