// Scratch places to measure in: a HOME of its own below the OS's temporary folder, and an environment that leads nowhere else.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const MOVERS = /^(ATK_|XDG_|CLAUDE_|CODEX_|COPILOT_|GEMINI_|OPENCODE_|KILO_|MISE_|npm_|GIT_)/;

/** A new folder with an empty `home` in it. Links are resolved, so that paths in traces and in manifests are the same text. */
export function createScratch(label) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `atk-bench-${label}-`)));
  const home = join(root, "home");
  mkdirSync(home);
  return { root, home, env: scratchEnv(root, home), remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Set by --keep-node-env. */
const KEEPS_NODE_VARIABLES = process.argv.includes("--keep-node-env");

/** NODE_EXTRA_CA_CERTS alone makes bare node more than twice as slow, which would make every ratio look better than it is. */
const isLeftOut = (name) => MOVERS.test(name) || (!KEEPS_NODE_VARIABLES && name.startsWith("NODE_"));

/** The caller's environment without whatever moves a configuration file; CI=1 keeps every program from asking and from phoning home. */
function scratchEnv(root, home) {
  const kept = Object.entries(process.env).filter(([name]) => !isLeftOut(name));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    GIT_CONFIG_GLOBAL: join(root, "gitconfig"),
    GIT_CONFIG_NOSYSTEM: "1",
    CI: "1",
    NO_COLOR: "1",
  };
}

/** Writes every text of `files` (path below `folder` -> text), folders included. */
export function writeFiles(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
