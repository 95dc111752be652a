// The main job, start to end, in a scratch HOME: real client files, a real MCP server from npm, nothing of yours is touched.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), "atk-demo-"));
const home = join(scratch, "home");
const color = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (color ? `\u001B[${code}m${text}\u001B[0m` : text);
const env = {
  ...process.env,
  HOME: home,
  USERPROFILE: home,
  GIT_CONFIG_GLOBAL: join(scratch, "gitconfig"),
  ...(color ? { FORCE_COLOR: "1" } : {}),
};
for (const name of Object.keys(env)) if (/^(ATK_|XDG_|CLAUDE_|CODEX_|COPILOT_|GEMINI_)/.test(name)) delete env[name];
// The server comes from the npm registry; npm's own cache may be used, your configuration is not.
env.npm_config_cache = process.env.npm_config_cache ?? join(scratch, "npm-cache");

// Files as people have them: written by hand, with comments, an own server, trailing commas, CRLF.
const before = {
  ".claude.json": `${JSON.stringify({ numStartups: 42, mcpServers: { mine: { type: "stdio", command: "my-server", args: [] } }, projects: {} }, null, 2)}\n`,
  ".codex/config.toml": `# my model\nmodel = "gpt-5"\n\n[mcp_servers.mine] # by hand\ncommand = "my-server"\n`,
  ".gemini/settings.json": `{\r\n  // my theme\r\n  "theme": "dark"\r\n}\r\n`,
  ".config/opencode/opencode.jsonc": `{\n  "$schema": "https://opencode.ai/config.json",\n  /* mine */\n  "mcp": {\n    "mine": { "type": "local", "command": ["my-server"], "enabled": true }, // keep\n  },\n}\n`,
};

function atk(args, { shown = true, expect = 0, machine } = {}) {
  const at = machine === undefined ? "" : `[${machine}] `;
  if (shown) console.log(`\n${paint("1;36", `${at}$ atk ${args.join(" ")}`)}`);
  const own = machine === undefined ? {} : { HOME: join(scratch, machine), USERPROFILE: join(scratch, machine) };
  const result = spawnSync(process.execPath, [join(root, "dist/main.js"), ...args], {
    cwd: scratch,
    env: { ...env, ...own, ...(machine === undefined ? {} : { ATK_MACHINE: machine }) },
    encoding: "utf8",
  });
  const text = `${result.stdout}${result.stderr}`.replaceAll(scratch, "");
  if (shown) console.log(text.trimEnd().replace(/^/gm, "  "));
  if (result.status !== expect) fail(`atk ${args.join(" ")} ended with ${result.status}, expected ${expect}\n${text}`);
  return result.stdout;
}

function fail(message) {
  console.error(paint(31, `\nThe demo failed: ${message}`));
  rmSync(scratch, { recursive: true, force: true });
  process.exit(1);
}

function title(text) {
  console.log(`\n${paint(1, `# ${text}`)}`);
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Path, bytes, permission bits and time of every file that is not atk's or npm's own. */
function snapshot({ times }) {
  const picture = {};
  for (const path of filesBelow(home)) {
    const name = relative(home, path);
    if (!times && /^(\.atk|\.local|\.cache|\.npm)\//.test(name)) continue;
    const { mode, mtimeMs } = statSync(path);
    picture[name] =
      `${createHash("sha256").update(readFileSync(path)).digest("hex")} ${mode.toString(8)}${times ? ` ${mtimeMs}` : ""}`;
  }
  return JSON.stringify(picture, null, 1);
}

for (const [name, text] of Object.entries(before)) {
  const path = join(home, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o640);
}
const original = snapshot({ times: false });

title("A home for everything, in git");
atk(["init", "--agent", "claude-code", "codex", "gemini-cli", "opencode", "cursor"]);

title("Add a reference MCP server from the built-in registry: first what would happen ...");
atk(["add", "everything", "--dry-run"]);

title("... then really: one transaction over five agents");
atk(["add", "everything", "--yes"]);

title("What was written - beside what was there, every comment kept");
for (const name of Object.keys(before)) {
  console.log(`\n${paint(2, `~/${name}`)}`);
  const old = before[name].split(/\r?\n/);
  let at = 0;
  for (const line of readFileSync(join(home, name), "utf8").trimEnd().split(/\r?\n/)) {
    // A comma that a new neighbour needs is not worth a colour.
    const known = [line, line.replace(/,$/, "")].includes(old[at]);
    if (known) at += 1;
    console.log(known ? `    ${line}` : paint(32, `  + ${line}`));
  }
}

title("Does it work? Start the server for real and ask it for its tools");
const tools = atk(["mcp", "test", "everything"]);
if (!/everything/.test(tools) || !/echo/.test(tools)) fail("the server did not list its tools");

title("Apply again: nothing to do, and not one file is touched");
const still = snapshot({ times: true });
atk(["apply", "--yes"]);
if (snapshot({ times: true }) !== still) fail("a second apply touched a file");
console.log(paint(32, "  no file was written: every byte, permission and time stamp under HOME is the same"));
atk(["status"]);

title("A second machine: push, clone, sync - everything is there");
const remote = join(scratch, "home.git");
spawnSync("git", ["init", "-q", "--bare", remote], { env });
atk(["git", "remote", "add", "origin", remote]);
atk(["sync", "--yes"]);
mkdirSync(join(scratch, "laptop"), { recursive: true });
atk(["init", "--from", remote], { machine: "laptop" });
atk(["sync", "--yes"], { machine: "laptop" });
const there = readFileSync(join(scratch, "laptop", ".cursor/mcp.json"), "utf8");
if (!there.includes("everything")) fail("the second machine did not get the server");

title("Both change something at once: merged by meaning, nobody is asked");
atk(["add", "memory", "--yes"], { shown: false });
atk(["unplug", "everything", "--gemini", "--yes"], { machine: "laptop", shown: false });
atk(["sync", "--yes"], { shown: false });
atk(["sync", "--yes"], { machine: "laptop" });
atk(["sync", "--yes"], { shown: false });
const manifestOf = (machine) => readFileSync(join(scratch, machine, ".atk/atk.yaml"), "utf8");
if (manifestOf("home") !== manifestOf("laptop")) fail("the two machines have different manifests");
atk(["undo", "--yes"], { machine: "laptop", expect: 0 });

title("Remove it: every file is as it was before");
atk(["remove", "memory", "--yes"], { shown: false });
atk(["remove", "everything", "--yes"]);
const after = snapshot({ times: false });
if (after !== original) fail(`files differ after removal:\n${original}\n${after}`);
console.log(
  paint(
    32,
    `  ${Object.keys(before).length} files compared byte for byte with what they were before atk: identical, and nothing is left over`,
  ),
);

rmSync(scratch, { recursive: true, force: true });
console.log(`\n${paint("1;32", "The demo passed.")}`);
