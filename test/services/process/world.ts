import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { identityOf, lifeOf } from "../../../src/host/process-identity.ts";
import type { ProcessDefinition, Rules } from "../../../src/services/process/handover.ts";
import { createProcessDriver } from "../../../src/services/process/process-driver.ts";
import { readRecord, type ServiceRecord } from "../../../src/services/process/record.ts";
import type { LogOptions, Observation, ServiceSpec } from "../../../src/services/service.ts";

/** Small numbers, so that a test is over soon. */
export const QUICK: Partial<Rules> = { settleMs: 250, firstPauseMs: 20, longestPauseMs: 200 };

/** A service of its own in a folder of its own, run by real processes. */
export interface World {
  readonly spec: ServiceSpec<ProcessDefinition>;
  readonly directory: string;
  readonly runDirectory: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  observe(): Promise<Observation>;
  logs(options?: Partial<LogOptions>): Promise<string>;
  record(): ServiceRecord;
  /** Waits until `look` gives something; fails with what is observed when it does not for long. */
  until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T>;
  /** Text of a file in the service's folder; undefined when it is absent or empty. */
  text(name: string): string | undefined;
}

export interface Wish {
  readonly definition?: Partial<ProcessDefinition>;
  readonly env?: Readonly<Record<string, string>>;
  readonly rules?: Partial<Rules>;
}

const root = mkdtempSync(join(tmpdir(), "atk-process-"));
export const supervisorFile = join(root, "supervise.cjs");
const worlds: World[] = [];

/** To be called in a test file: bundles the supervisor's program as the build does, and ends every service of each test. */
export function useWorlds(): void {
  beforeAll(() => bundle("../../../src/services/process/supervise.ts", supervisorFile));
  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.stop()));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
}

export async function bundle(entry: string, outfile: string): Promise<void> {
  const entryPoints = [join(dirname(fileURLToPath(import.meta.url)), entry)];
  const define = { "import.meta.url": "__moduleUrl" };
  const banner = { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' };
  const format = "cjs";
  await build({ entryPoints, outfile, bundle: true, platform: "node", format, define, banner, logLevel: "error" });
}

/** `script`: the service, a program for the shell; its folder is the working directory. */
export function createWorld(script: string, { definition, env, rules }: Wish = {}): World {
  const directory = mkdtempSync(join(root, "plugin-"));
  writeFileSync(join(directory, "serve.sh"), `${script}\n`);
  const runDirectory = join(directory, "run");
  const spec: ServiceSpec<ProcessDefinition> = {
    plugin: "github",
    home: "0a1b2c3d",
    directory,
    env: { ATK_PLUGIN_DIR: directory, ...env },
    ports: [],
    commands: {},
    runDirectory,
    definition: {
      type: "process",
      command: "sh",
      args: ["serve.sh"],
      restart: "on-failure",
      maxRestarts: 3,
      stopGraceMs: 5_000,
      ...definition,
    },
  };
  const world = makeWorld(spec, { ...QUICK, ...rules });
  worlds.push(world);
  return world;
}

function makeWorld(spec: ServiceSpec<ProcessDefinition>, rules: Partial<Rules>): World {
  const host = createNodeHost();
  const driver = createProcessDriver({ supervisor: supervisorFile, rules });
  const { directory, runDirectory } = spec;
  const observe = (): Promise<Observation> => driver.observe(spec, host, 1_000);
  return {
    spec,
    directory,
    runDirectory,
    start: () => driver.start(spec, host, () => undefined),
    stop: () => driver.stop(spec, host, () => undefined),
    observe,
    async logs(options = {}) {
      let text = "";
      await driver.logs(spec, host, { follow: false, ...options }, (chunk) => (text += chunk));
      return text;
    },
    record() {
      const record = readRecord(runDirectory);
      if (record === undefined) throw new Error("nothing is recorded");
      return record;
    },
    until: (look) => until(look, async () => JSON.stringify(await observe())),
    text(name) {
      const path = join(directory, name);
      return existsSync(path) ? readFileSync(path, "utf8").trim() || undefined : undefined;
    },
  };
}

const PATIENCE_MS = 30_000;

async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  describe: () => Promise<string>,
): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it did not come: ${look.toString()}; observed: ${await describe()}`);
}

export function isAlive(pid: number): boolean {
  return lifeOf(identityOf(pid)) === "alive";
}

export function makeFolder(...parts: readonly string[]): string {
  const path = join(root, ...parts);
  mkdirSync(path, { recursive: true });
  return path;
}
