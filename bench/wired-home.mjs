// A scratch HOME that atk has brought to the state its manifest wants: from here on there is nothing to do.
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { node } from "./atk.mjs";
import { createScratch, writeFiles } from "./scratch.mjs";
import { traceFiles } from "./traffic.mjs";

/**
 * `manifest(homeDirectory)` writes what it needs and gives the text of atk.yaml. Applied once, then checked: a plan that is
 * not empty ends in an error, because a no-op would not be what is measured.
 */
export function createWiredHome({ label, agents, manifest }, atk) {
  const scratch = createScratch(label);
  const place = { cwd: scratch.root, env: scratch.env };
  const directory = join(scratch.home, ".atk");
  atk.run(["init", "--agent", ...agents], place);
  writeFiles(directory, { "atk.yaml": manifest(directory) });
  atk.run(["apply", "--yes"], place);
  atk.run(["plan", "--check"], place);
  return { ...scratch, place, command: (...args) => atk.command(args, place) };
}

/** The same as after an edit that atk knows nothing of: nothing is remembered, so everything is read and compared. */
export function forget(home) {
  rmSync(remembered(home), { recursive: true, force: true });
  return home;
}

const remembered = ({ home }) => join(home, ".cache", "atk", "settled");

function whileForgotten(home, act) {
  const aside = join(home.root, "remembered");
  if (!existsSync(remembered(home))) return act();
  renameSync(remembered(home), aside);
  const result = act();
  renameSync(aside, remembered(home));
  return result;
}

const KNOWN = [
  ".atk/atk.yaml",
  ".atk/atk.lock",
  ".claude.json",
  ".codex/config.toml",
  ".cursor/mcp.json",
  ".gemini/settings.json",
  ".config/opencode/opencode.jsonc",
];

/** The same files as `atk plan` reads when nothing is remembered (as traced; without strace the clients' files, the manifest and the lock), read by the plain script. */
export function floorCase(home, agents) {
  const traffic = whileForgotten(home, () => traceFiles(home.command("plan"), home.home));
  const files =
    traffic?.reads ??
    KNOWN.filter((name) => agents.some((agent) => isOf(name, agent))).map((name) => join(home.home, name));
  const distinct = [...new Set(files)];
  const list = writeList(distinct, join(home.root, "floor.json"));
  const command = node([join(import.meta.dirname, "floor.mjs"), list], home.place);
  return { name: `floor: read and parse the same ${distinct.length} files`, command };
}

function isOf(name, agent) {
  return name.startsWith(".atk/") || name.includes(agent.split("-")[0]);
}

/** Writes the list that floor.mjs takes, and gives its path. */
export function writeList(files, path) {
  writeFileSync(path, JSON.stringify(files));
  return path;
}
