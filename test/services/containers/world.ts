import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Host, Platform } from "../../../src/core/host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { ServiceDefinition, ServiceSpec, Talk } from "../../../src/services/service.ts";

export interface FakeContainer {
  readonly id: string;
  name: string;
  image: string;
  args: string[];
  labels: Record<string, string>;
  env: string[];
  ports: string[];
  volumes: string[];
  restart: string;
  status: string;
  exitCode: number;
  restarts: number;
  error: string;
  health?: string;
  outOfMemory?: boolean;
  logs: [string, string][];
}

/** What the double keeps; see docker-double.mjs. */
export interface FakeEngine {
  daemon: "up" | "down" | "denied" | "down in 29" | "denied in 29" | "hangs";
  /** How `docker compose ps` prints, or that there is no such plugin. */
  plugin: "lines" | "array" | "none";
  /** What `podman compose` runs. */
  provider: "docker-compose" | "podman-compose" | "none";
  /** The version of `docker-compose`. */
  standalone: "1.29.2" | "2.29.7";
  images: Record<string, { exit?: number; health?: string }>;
  takenPorts: string[];
  secrets: string[];
  leaks: string[][];
  calls: string[][];
  containers: FakeContainer[];
  made: number;
}

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "atk-containers-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const DOUBLE = join(import.meta.dirname, "docker-double.mjs");
export const SECRET = "s3cret-Token/with spaces & $signs";

export interface World {
  readonly host: Host;
  readonly directory: string;
  readonly engine: FakeEngine;
  /** Changes what the double keeps. */
  change(edit: (engine: FakeEngine) => void): void;
  write(path: string, text: string): void;
  /** Calls of the engine since the last time this was asked, without the words of the program's path. */
  calls(): readonly string[];
}

/** A machine with these programs, each the double, and a plugin in an empty folder. */
export function createWorld(programs: readonly string[] = ["docker"], platform: Platform = "linux"): World {
  const root = mkdtempSync(join(scratch, "world-"));
  const [bin, directory, file] = [join(root, "bin"), join(root, "plugin"), join(root, "engine.json")];
  for (const folder of [bin, directory]) mkdirSync(folder);
  for (const program of programs) {
    const script = `#!/bin/sh\nexec '${process.execPath}' '${DOUBLE}' ${program} "$@"\n`;
    writeFileSync(join(bin, program), script, { mode: 0o755 });
  }
  const empty = { takenPorts: [], leaks: [], calls: [], containers: [], made: 0 };
  const images = { "redis:7": {}, "web:1": {}, "broken:1": { exit: 3 }, "migrate:1": { exit: 0 } };
  const engine: FakeEngine = {
    daemon: "up",
    plugin: "lines",
    provider: "none",
    standalone: "1.29.2",
    images,
    secrets: [SECRET],
    ...empty,
  };
  writeFileSync(file, JSON.stringify(engine));
  const read = (): FakeEngine => JSON.parse(readFileSync(file, "utf8")) as FakeEngine;
  const change = (edit: (engine: FakeEngine) => void): void => {
    const now = read();
    edit(now);
    writeFileSync(file, JSON.stringify(now));
  };
  return {
    host: createNodeHost({ env: { PATH: bin, DOUBLE_STATE: file }, homeDirectory: root, platform }),
    directory,
    change,
    get engine() {
      return read();
    },
    write(path, text) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    },
    calls() {
      const said = read().calls.map((call) => call.join(" "));
      change((now) => (now.calls = []));
      return said;
    },
  };
}

export function specOf<D extends ServiceDefinition>(
  { directory }: Pick<World, "directory">,
  definition: D,
  rest: Partial<ServiceSpec> = {},
): ServiceSpec<D> {
  return {
    plugin: "piper",
    home: "0123abcd",
    directory,
    env: {},
    ports: [],
    commands: {},
    runDirectory: join(directory, "../run"),
    ...rest,
    definition,
  };
}

/** A listener that remembers. */
export function listen(): Talk & { readonly heard: () => string } {
  const chunks: string[] = [];
  return Object.assign((chunk: string) => void chunks.push(chunk), { heard: () => chunks.join("") });
}
