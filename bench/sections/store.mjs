// Content that is kept: installing it from the cache, and reading every byte of what is installed.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { bareNode } from "../atk.mjs";
import { toRows } from "../judge.mjs";
import { measure } from "../measure.mjs";
import { writeFiles } from "../scratch.mjs";
import { createWiredHome } from "../wired-home.mjs";

const CACHED = 50;
const FOLDERS = 10;
const FILES = 1000;
const VERIFY_GOAL = 4;

export function store({ atk, runs, progress }) {
  const cached = cachedHome(atk);
  const large = largeHome(atk);
  try {
    const again = () => rmSync(join(cached.home, ".atk", "plugins"), { recursive: true, force: true });
    const cases = [
      bareNode(large.place),
      { name: APPLY, command: cached.command("apply", "--yes", "--offline"), before: again },
      { name: SUMS, command: sums(large) },
      { name: VERIFY, command: large.command("verify") },
    ];
    const measured = measure(cases, runs, progress);
    const sumsMs = measured.find(({ name }) => name === SUMS).medianMs;
    const goals = { [VERIFY]: (medianMs) => timesSums(medianMs / sumsMs) };
    return [{ title: "Store: installing from the cache, verifying", about: ABOUT, rows: toRows(measured, goals) }];
  } finally {
    for (const home of [cached, large]) home.remove();
  }
}

const APPLY = `atk apply, ${CACHED} cached plugins of four files each`;
const VERIFY = `atk verify, ${FOLDERS * FILES} files`;
const SUMS = "sha256sum of the same files";
const ABOUT = [
  "apply: the plugins' folders are gone, their content is in the cache; two clients are wired already.",
  `verify: ${FOLDERS} plugins of ${FILES} files of 4 KiB each.`,
];

const timesSums = (ratio) => ({
  goal: `<= ${VERIFY_GOAL} x sha256sum`,
  met: ratio <= VERIFY_GOAL,
  note: `${ratio.toFixed(1)} x sha256sum`,
});

const sums = ({ home, place }) => ({
  program: "sh",
  args: ["-c", `find '${join(home, ".atk", "plugins")}' -type f -print0 | xargs -0 sha256sum > /dev/null`],
  ...place,
});

const describe = (name) => `schema_version: "2026-01-23"
name: ${name}
description: Content that is kept
maturity: verified
mcp: { transport: stdio, command: node, args: [$ATK_PLUGIN_DIR/server.js] }
`;

const manifestOf = (entries) =>
  `schema_version: "2026-11-21"\nagents: [claude-code, cursor]\nplugins:\n${entries.join("")}`;

/** From one git repository with a folder for each. */
function cachedHome(atk) {
  const manifest = (directory) => {
    const upstream = join(directory, "..", "upstream");
    const names = Array.from({ length: CACHED }, (_, at) => `plugin-${at}`);
    for (const name of names)
      writeFiles(join(upstream, name), {
        "plugin.yaml": describe(name),
        "server.js": `// ${name}\n`,
        "README.md": `# ${name}\n`,
        LICENSE: "the same in all of them\n",
      });
    const git = (...args) => execFileSync("git", ["-C", upstream, ...args], { stdio: "ignore" });
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "-q", "-m", "all");
    const source = (name) => `{ type: git, url: "file://${upstream}", path: ${name} }`;
    return manifestOf(names.map((name) => `  - { name: ${name}, source: ${source(name)} }\n`));
  };
  return createWiredHome({ label: "store-cached", agents: ["claude-code", "cursor"], manifest }, atk);
}

function largeHome(atk) {
  const manifest = (directory) => {
    const names = Array.from({ length: FOLDERS }, (_, at) => `large-${at}`);
    for (const name of names) {
      const data = Array.from({ length: FILES - 1 }, (_, at) => [
        `data/${at % 20}/${at}.txt`,
        `${name} ${at}\n`.repeat(4096).slice(0, 4096),
      ]);
      writeFiles(join(directory, "plugins", name), { "plugin.yaml": describe(name), ...Object.fromEntries(data) });
    }
    return manifestOf(names.map((name) => `  - { name: ${name}, source: { type: local, path: ./plugins/${name} } }\n`));
  };
  return createWiredHome({ label: "store-large", agents: ["claude-code", "cursor"], manifest }, atk);
}
