import { relative } from "node:path";
import { AGENTS, writePlugins } from "../homes.mjs";
import { runCommand } from "../command.mjs";
import { changedPaths, snapshot } from "../snapshot.mjs";
import { traceFiles } from "../traffic.mjs";
import { createWiredHome } from "../wired-home.mjs";

const COMMANDS = [["plan"], ["status"], ["apply", "--yes"]];

/** What a run with nothing to do does to files: reads each at most once, writes none. */
export function quiet({ atk }) {
  const home = createWiredHome(
    { label: "quiet", agents: AGENTS, manifest: (at) => writePlugins(at, 100, AGENTS) },
    atk,
  );
  try {
    const rows = COMMANDS.flatMap((words) => [touched(words, home), ...traffic(words, home)]);
    return [{ title: "Files of a run with nothing to do (100 plugins, five clients)", about: ABOUT, rows }];
  } finally {
    home.remove();
  }
}

const ABOUT = [
  "Counted below HOME. Time stamps, sizes, modes and inodes of everything there are compared; opens come from strace.",
];

function touched(words, home) {
  const before = snapshot(home.root);
  runCommand(home.command(...words));
  const changed = changedPaths(before, snapshot(home.root));
  const note = changed.slice(0, 3).join(", ");
  return {
    name: `atk ${words.join(" ")}: paths touched`,
    text: String(changed.length),
    goal: "0",
    met: changed.length === 0,
    note,
  };
}

function traffic(words, home) {
  const found = traceFiles(home.command(...words), home.home);
  const name = `atk ${words.join(" ")}`;
  if (found === undefined) return [{ name: `${name}: reads and writes`, text: "-", note: "skipped: no strace here" }];
  return [readRow(name, found.reads, home), writeRow(name, found.writes, home)];
}

function readRow(name, reads, home) {
  // git keeps its own house; what atk itself reads is what the promise is about.
  const own = reads.filter((path) => !relative(home.home, path).startsWith(".atk/.git/"));
  const again = own.filter((path, at) => own.indexOf(path) !== at).map((path) => relative(home.home, path));
  const note = `${reads.length - own.length} more of git${again.length === 0 ? "" : `; again: ${[...new Set(again)].slice(0, 3).join(", ")}`}`;
  return {
    name: `${name}: files read`,
    text: String(own.length),
    goal: "each at most once",
    met: again.length === 0,
    note,
  };
}

function writeRow(name, writes, home) {
  const note = writes
    .slice(0, 3)
    .map((path) => relative(home.home, path))
    .join(", ");
  return {
    name: `${name}: files opened to write`,
    text: String(writes.length),
    goal: "0",
    met: writes.length === 0,
    note,
  };
}
