import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Host, Platform } from "../../../src/core/host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { ServiceDefinition, ServiceSpec, Talk } from "../../../src/services/service.ts";

export interface FakeUnit {
  load?: "loaded" | "not-found" | "masked" | "bad-setting";
  active: string;
  sub: string;
  result?: string;
  code?: number;
  status?: number;
  restarts?: number;
  entered?: string;
  left?: string;
  pid?: number;
  stale?: boolean;
  linkedTo?: string;
  /** Every start fails, with this exit code. */
  exits?: number;
}

/** What launchd knows of an agent. */
export interface FakeAgent {
  state: string;
  file?: string;
  pid?: number;
  runs?: number;
  exit?: string;
  signal?: string;
  reason?: string;
  /** Seconds. */
  interval?: number;
  calendar?: boolean;
  output?: string;
  /** Looks that an agent which was taken away is still seen for. */
  fades?: number;
}

/** What the doubles keep; see double-state.mjs. */
export interface FakeMachine {
  readonly secret: string;
  bus: "up" | "no medium" | "no file" | "no medium in 256" | "not booted" | "hangs";
  units: Record<string, FakeUnit>;
  journal: Record<string, string[]>;
  noJournal: boolean;
  agents: Record<string, FakeAgent>;
  launchd: "up" | "no session" | "hangs";
  /** How many more times loading is refused, because the label of the last agent is not free yet. */
  draining: number;
  /** How many looks an agent that is taken away is still seen for. */
  fading: number;
}

export const SECRET = "s3cret-Token/with spaces & $signs";
export const silent = (): void => undefined;

interface Noted {
  readonly words: readonly string[];
  readonly leaked: boolean;
}

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "atk-units-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

export interface World {
  readonly host: Host;
  readonly directory: string;
  readonly machine: FakeMachine;
  change(edit: (machine: FakeMachine) => void): void;
  write(name: string, text?: string): string;
  /** Calls since the last time this was asked. */
  calls(): readonly string[];
  /** Calls that could see the secret. */
  leaks(): readonly string[];
}

/** A machine with these programs, each a double, and a plugin in an empty folder. */
export function createWorld(
  programs: readonly string[] = ["systemctl", "journalctl"],
  platform: Platform = "linux",
): World {
  const root = mkdtempSync(join(scratch, "world-"));
  const [bin, directory, file] = [join(root, "bin"), join(root, "plugin"), join(root, "machine.json")];
  for (const folder of [bin, directory]) mkdirSync(folder);
  for (const program of programs) {
    const double = join(import.meta.dirname, `${program}-double.mjs`);
    writeFileSync(join(bin, program), `#!/bin/sh\nexec '${process.execPath}' '${double}' "$@"\n`, { mode: 0o755 });
  }
  const save = (machine: FakeMachine): void => {
    writeFileSync(`${file}.new`, JSON.stringify(machine));
    renameSync(`${file}.new`, file);
  };
  const read = (): FakeMachine => JSON.parse(readFileSync(file, "utf8")) as FakeMachine;
  const change = (edit: (machine: FakeMachine) => void): void => {
    const now = read();
    edit(now);
    save(now);
  };
  let seen = 0;
  const noted = (): readonly Noted[] =>
    readFileSync(`${file}.calls`, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Noted);
  writeFileSync(`${file}.calls`, "");
  const empty = { units: {}, journal: {}, noJournal: false, agents: {}, draining: 0, fading: 0 };
  save({ secret: SECRET, bus: "up", launchd: "up", ...empty });
  return {
    host: createNodeHost({ env: { PATH: bin, DOUBLE_STATE: file }, homeDirectory: root, platform }),
    directory,
    change,
    get machine() {
      return read();
    },
    write(name, text = "") {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    },
    calls() {
      const said = noted().slice(seen);
      seen += said.length;
      return said.map(({ words }) => words.join(" "));
    },
    leaks: () =>
      noted()
        .filter(({ leaked }) => leaked)
        .map(({ words }) => words.join(" ")),
  };
}

export function specOf<D extends ServiceDefinition>({ directory }: World, definition: D): ServiceSpec<D> {
  return {
    plugin: "piper",
    home: "0123abcd",
    directory,
    env: { TOKEN: SECRET },
    ports: [],
    commands: {},
    runDirectory: join(directory, "../run"),
    definition,
  };
}

/** A listener that remembers. */
export function listen(): Talk & { readonly heard: () => string } {
  const chunks: string[] = [];
  return Object.assign((chunk: string) => void chunks.push(chunk), { heard: () => chunks.join("") });
}
