// A scratch HOME with plugins that each have one service of type process, and everything that was started in it gone at the end.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createScratch, writeFiles } from "./scratch.mjs";

const AGENT = "cursor";

/** A home with `count` services that are not running; `stopped()` ends them all, `remove()` takes the home away after that. */
export async function createServiceHome(count, atk, signal) {
  const scratch = createScratch(`services-${count}`);
  const place = { cwd: scratch.root, env: scratch.env };
  const run = (...args) => runToItsEnd(atk.command(args, place), signal);
  try {
    await run("init", "--agent", AGENT);
    writeFiles(join(scratch.home, ".atk"), filesOf(count));
    await run("apply", "--yes");
  } catch (error) {
    scratch.remove();
    throw error;
  }
  const stopped = async () => void (await runToItsEnd(atk.command(["stop", "--all"], place)));
  const remove = async () => {
    await stopped();
    scratch.remove();
  };
  return { count, place, run, stopped, remove };
}

function filesOf(count) {
  const names = Array.from({ length: count }, (_, index) => `service-${String(index + 1).padStart(4, "0")}`);
  const entries = names.flatMap((name) => [
    `  - name: ${name}`,
    `    source: { type: local, path: ./plugins/${name} }`,
  ]);
  const manifest = ['schema_version: "2026-11-21"', `agents: [${AGENT}]`, "plugins:", ...entries, ""].join("\n");
  const plugins = names.map((name) => [`plugins/${name}/plugin.yaml`, pluginYaml(name)]);
  return { "atk.yaml": manifest, ...Object.fromEntries(plugins) };
}

/** Nothing but a process: what is measured is atk, and a hundred of them fit on a small machine. */
function pluginYaml(name) {
  return `schema_version: "2026-11-21"
name: ${name}
description: Generated service
maturity: verified
service: { type: process, command: sleep, args: ["86400"], stop_grace_seconds: 5 }
`;
}

/** Not blocking, so that a signal to the benchmark is heard: then the command is asked to end, and waited for. */
function runToItsEnd({ program, args, cwd, env }, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => said.push(chunk));
    const end = () => child.kill("SIGTERM");
    signal?.addEventListener("abort", end);
    child.on("error", reject);
    child.on("close", (status) => {
      signal?.removeEventListener("abort", end);
      const text = Buffer.concat(said).toString();
      if (signal?.aborted) reject(signal.reason);
      else if (status === 0) resolve(text);
      else
        reject(new Error(`${args.join(" ")} ended with ${status}\n${text.trim().split("\n").slice(-15).join("\n")}`));
    });
  });
}
