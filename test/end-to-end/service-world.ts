import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { afterEach } from "vitest";
import { createWorld, initHome, type World } from "./world.ts";

const worlds: World[] = [];

/** Registered after the hook of world.ts and so run before it: what still runs is ended before its home is removed. */
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.atk("stop", "--all");
    for (const pid of processesOf(world)) endHard(pid);
  }
});

/** A home with one plugin, `web`, whose service is `server.js`. `more` goes below `service:`, `rest` beside it. */
export function createServiceWorld(server: string, more = "", rest = ""): World {
  const world = createWorld();
  worlds.push(world);
  initHome(world, ["cursor"]);
  world.write("src/web/server.js", server);
  const head = 'schema_version: "2026-11-21"\nname: web\ndescription: a test\nmaturity: verified\n';
  const service = `service:\n  type: process\n  command: node\n  args: [server.js]\n${more}`;
  world.write("src/web/plugin.yaml", head + service + rest);
  world.write("given.env", `TOKEN="${SECRET}"\n`, 0o600);
  const added = world.atk("add", "./src/web", "--yes", "--no-checks", "--env-file", "given.env");
  if (added.code !== 0) throw new Error(added.stderr);
  return world;
}

/** In the .env of every such plugin. */
export const SECRET = "planted-5e1c40b7-service";

export interface Seen {
  readonly state: string;
  readonly detail?: string;
  readonly pid?: number;
  readonly restarts?: number;
}

/** What `atk status` says of the service. */
export function seen(world: World): Seen | undefined {
  const { stdout } = world.atk("status", "--json");
  const { entries } = JSON.parse(stdout) as { entries: readonly { name: string; service?: Seen }[] };
  return entries.find(({ name }) => name === "web")?.service;
}

export async function until<T>(look: () => T | undefined | false, what: string): Promise<T> {
  for (const end = performance.now() + 40_000; performance.now() < end; await sleep(50)) {
    const found = look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`this never came to be: ${what}`);
}

/** Folder of the service's record and output. */
export function runDirectory(world: World): string {
  const state = join(world.home, ".local", "state");
  const names = readdirSync(state, { recursive: true, encoding: "utf8" });
  const path = names.find((name) => name.endsWith(join("services", "web")));
  if (path === undefined) throw new Error("the service has no run directory");
  return join(state, path);
}

export function supervisorOf(world: World): number {
  const text = readFileSync(join(runDirectory(world), "state.json"), "utf8");
  return (JSON.parse(text) as { supervisor: { pid: number } }).supervisor.pid;
}

/** Everything alive that was started in this home, by its environment. (Linux) */
export function processesOf(world: World): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => proc(name, "environ").split("\0").includes(`HOME=${world.home}`))
    .filter((name) => !/^State:\s+Z/m.test(proc(name, "status")))
    .map(Number);
}

/** "" for a process that has ended, or is somebody else's. */
export function proc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

export function isAlive(pid: number): boolean {
  const status = proc(pid, "status");
  return status !== "" && !/^State:\s+Z/m.test(status);
}

export function endHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
