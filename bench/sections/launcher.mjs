// What a client waits for longer when a server is started by `atk mcp run`: until the answer to initialize.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bareNode, node } from "../atk.mjs";
import { writeFiles } from "../scratch.mjs";
import { toRows } from "../judge.mjs";
import { measureAsync } from "../measure.mjs";
import { createWiredHome } from "../wired-home.mjs";

const COUNTS = [1, 100];
const GOAL = 1.3;

export async function launcher({ atk, runs, progress }) {
  const homes = COUNTS.map((count) => ({ count, home: secretHome(count, atk) }));
  try {
    const [{ home }] = homes;
    const bare = { name: bareNode(home.place).name, run: () => untilEnd(bareNode(home.place).command) };
    const direct = {
      name: DIRECT,
      run: () =>
        untilAnswer({ ...node([serverOf(home, 0)], home.place), env: { ...home.place.env, API_TOKEN: SECRET } }),
    };
    const floor = {
      name: "floor: a script that only starts it, until its answer",
      run: () =>
        untilAnswer({
          ...node(["-e", FLOOR, serverOf(home, 0)], home.place),
          env: { ...home.place.env, API_TOKEN: SECRET },
        }),
    };
    const through = homes.map(({ count, home: at }) => ({
      name: label(count),
      run: () => untilAnswer(at.command("mcp", "run", "-g", `plugin-${count - 1}`)),
    }));
    const measured = await measureAsync([bare, direct, floor, ...through], runs, progress);
    const of = (name) => measured.find((each) => each.name === name).medianMs;
    const goals = Object.fromEntries(
      COUNTS.map((count) => [label(count), (medianMs, bareMs) => added((medianMs - of(DIRECT)) / bareMs)]),
    );
    return [{ title: "Launcher: a server's first answer", about: ABOUT, rows: toRows(measured, goals) }];
  } finally {
    for (const { home } of homes) home.remove();
  }
}

const ABOUT = [
  "A tiny server that answers initialize, with a secret in the plugin's .env; time until the answer is read.",
];
const SECRET = "s3cret-9b1f";
const DIRECT = "node server.js, until its answer";
const label = (count) => `atk mcp run, of ${count} plugin${count === 1 ? "" : "s"}, until its answer`;

const added = (ratio) => ({
  goal: `<= ${GOAL} x node added`,
  met: ratio <= GOAL,
  note: `adds ${ratio.toFixed(2)} x node`,
});

const SERVER = `
process.stdin.once("data", () => {
  const answer = { jsonrpc: "2.0", id: 1, result: { protocolVersion: "2025-06-18", capabilities: {}, serverInfo: { name: process.env.API_TOKEN, version: "1" } } };
  process.stdout.write(JSON.stringify(answer) + "\\n");
});
`;
const INITIALIZE = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n';

/** What no launcher in Node can be faster than. */
const FLOOR = `require("child_process").spawn("node", [process.argv[1]], { stdio: "inherit" })`;

const serverOf = (home, at) => join(home.home, ".atk", "plugins", `plugin-${at}`, "server.js");

/** Local plugins that need a secret, so that clients start each through atk. */
function secretHome(count, atk) {
  const names = Array.from({ length: count }, (_, at) => `plugin-${at}`);
  const manifest = (directory) => {
    for (const name of names) {
      writeFiles(join(directory, "plugins", name), {
        "plugin.yaml": describe(name),
        "server.js": SERVER,
        ".env": `API_TOKEN="${SECRET}"\n`,
      });
    }
    const entries = names.map((name) => `  - { name: ${name}, source: { type: local, path: ./plugins/${name} } }\n`);
    return `schema_version: "2026-11-21"\nagents: [claude-code, cursor]\nplugins:\n${entries.join("")}`;
  };
  return createWiredHome({ label: `launcher-${count}`, agents: ["claude-code", "cursor"], manifest }, atk);
}

const describe = (name) => `schema_version: "2026-01-23"
name: ${name}
description: A server that needs a secret
maturity: verified
env_vars:
  - { name: API_TOKEN, required: true, secret: true }
mcp:
  transport: stdio
  command: node
  args: [$ATK_PLUGIN_DIR/server.js]
  env: [API_TOKEN]
`;

function untilEnd({ program, args, cwd, env }) {
  return new Promise((resolve, reject) => {
    spawn(program, args, { cwd, env, stdio: "ignore" }).on("error", reject).on("exit", resolve);
  });
}

/** Resolves with the first line; the server is ended after the clock was stopped. */
function untilAnswer({ program, args, cwd, env }) {
  const child = spawn(program, args, { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {});
  child.stdin.write(INITIALIZE);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("exit", (code) => reject(new Error(`${args.join(" ")} ended with ${code}`)));
    child.stdout.once("data", (chunk) => {
      if (!chunk.toString().includes(SECRET)) reject(new Error(`no answer with the secret: ${chunk}`));
      resolve(() => end(child));
    });
  });
}

function end(child) {
  return new Promise((resolve) => {
    child.on("close", resolve);
    child.stdin.end();
    child.kill();
  });
}
