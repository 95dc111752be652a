/*
A scenario is a page of the manual that is checked: prose, and between it what is given, done and seen.

    # Title: what the user sees                    the test's name
    needs: npm                                     only where that is there (npm: the registry; user: not root)
    known-bug: why                                 the scenario must fail; remove the line when it no longer does

    -- file: ~/.claude.json --                     given: writes a file; its lines follow, indented by four blanks
        {}
    -- file: ~/x, CRLF, no final newline, mode 640 --       ... in another shape
    -- expect: ~/.claude.json --                   the file holds exactly these bytes (`...` as below)
        {}

    $ atk plan --check                             runs atk in this process, in a scratch HOME
    > claude-code                                  its stdout, all of it; without such a line it does not matter
    2> ...                                         its stderr; `...` is any text in a line, alone: any lines
    exit 10                                        its exit code, 0 when not said
    $ CI=1 atk apply                               with variables;  $ tty atk plan: with a terminal
    $ HOME=~/laptop HOSTNAME=thinkpad-7 atk plan   as another machine: its own HOME, made where it is not, and host name

    $ cd DIR        $ exists PATH...      $ missing PATH...      $ edit PATH 'from' 'to'
    $ snapshot      $ unchanged           nothing in HOME has changed since, not even a time stamp
    $ days-later N                        the clock of every atk from here on is N days ahead of the real one
    $ given PATH... the file is again, or still, as the last `-- file:` made it, permission bits too
    $ git log       anything else is run by /bin/sh in the same place; `sh -c 'atk ...'` is atk in a process of its own

Paths start at HOME, which `~` and {HOME} stand for; what is printed shows it as ~, and the escape character as \e.
*/
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { matchesLines } from "./match-lines.ts";
import type { Scenario, Step } from "./parse-scenario.ts";
import { takePicture } from "./picture.ts";
import { LEAST_SANDBOX } from "../../src/services/isolation/least-sandbox.ts";
import { runAtk, type Circumstances, type Ended } from "./run-atk.ts";
import { createScratchHome, type ScratchHome } from "./scratch-home.ts";
import { splitWords } from "./split-words.ts";

interface Given {
  readonly bytes: Buffer;
  readonly mode: number;
}

interface World {
  readonly scratch: ScratchHome;
  readonly given: Map<string, Given>;
  directory: string;
  snapshot: readonly string[] | undefined;
  daysAhead: number;
}

type Command = Extract<Step, { type: "command" }>;
type Block = Exclude<Step, Command>;

/** Throws an error that shows the line and what was seen instead. */
export async function runScenario(scenario: Scenario): Promise<void> {
  const scratch = createScratchHome({ registry: scenario.needs.includes("npm") });
  const world: World = { scratch, given: new Map(), directory: scratch.home, snapshot: undefined, daysAhead: 0 };
  try {
    for (const step of scenario.steps) {
      if (step.type === "command") await runCommand(step, world);
      else if (step.type === "file") writeGiven(step, world);
      else expectFile(step, world);
    }
  } finally {
    scratch.remove();
  }
}

function placeOf(path: string, { scratch, directory }: World): string {
  const full = path.replaceAll("{HOME}", scratch.home);
  return full === "~" || full.startsWith("~/") ? join(scratch.home, full.slice(1)) : resolve(directory, full);
}

function writeGiven({ path, options, content }: Block, world: World): void {
  const place = placeOf(path, world);
  const bytes = Buffer.from(
    (options.includes("BOM") ? "\uFEFF" : "") + content.replaceAll("{HOME}", world.scratch.home),
  );
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, bytes);
  const mode = options.find((option) => option.startsWith("mode "))?.slice(5);
  if (mode !== undefined) chmodSync(place, Number.parseInt(mode, 8));
  world.given.set(place, { bytes, mode: statSync(place).mode });
}

function expectFile({ line, path, content }: Block, world: World): void {
  const found = readFileSync(placeOf(path, world), "utf8").replaceAll(world.scratch.home, "{HOME}");
  const same = content.includes("...")
    ? matchesLines(found, content.replace(/\n$/, "").split("\n"))
    : found === content;
  if (!same) throw new Error(`line ${line}: ${path} is not as expected. It is:\n${indented(found)}`);
}

async function runCommand(step: Command, world: World): Promise<void> {
  const ended = shownHome(await perform(step.text, world), world);
  const wrong = [
    ...(ended.code === step.exit ? [] : [`exit code ${ended.code}, expected ${step.exit}`]),
    ...(step.stdout === undefined || matchesLines(ended.stdout, step.stdout) ? [] : ["another stdout than expected"]),
    ...(step.stderr === undefined || matchesLines(ended.stderr, step.stderr) ? [] : ["another stderr than expected"]),
  ];
  if (wrong.length === 0) return;
  const seen = `stdout:\n${indented(ended.stdout)}\nstderr:\n${indented(ended.stderr)}`;
  throw new Error(`line ${step.line}: $ ${step.text}: ${wrong.join(", ")} (exit code ${ended.code})\n${seen}`);
}

function shownHome({ code, stdout, stderr }: Ended, { scratch }: World): Ended {
  const shown = (text: string): string => text.replaceAll(scratch.home, "~").replaceAll("\u001B", String.raw`\e`);
  return { code, stdout: shown(stdout), stderr: shown(stderr) };
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}

async function perform(text: string, world: World): Promise<Ended> {
  const words = splitWords(text);
  const [first = "", ...rest] = words;
  const helper = HELPERS[first];
  if (helper !== undefined) return helper(rest, world);
  const name = words.findIndex((word) => !/^[A-Za-z_]+=/.test(word) && word !== "tty");
  return words[name] === "atk" ? atk(words.slice(0, name), words.slice(name + 1), world) : shell(text, world);
}

function atk(before: readonly string[], words: readonly string[], world: World): Promise<Ended> {
  const { home, env } = world.scratch;
  const full = (word: string): string => word.replaceAll("{HOME}", home).replace(/^~(?=\/|$)/, home);
  const variables = before
    .filter((word) => word !== "tty")
    .map((word) => [word.slice(0, word.indexOf("=")), full(word.slice(word.indexOf("=") + 1))]);
  const given = Object.fromEntries(variables) as Record<string, string>;
  const own = given["HOME"] ?? home;
  mkdirSync(own, { recursive: true });
  const place = {
    home: own,
    directory: own === home ? world.directory : own,
    env: { ...env, ...given },
    ...(given["HOSTNAME"] === undefined ? {} : { hostname: given["HOSTNAME"] }),
  };
  return runAtk(words.map(full), place, { terminal: before.includes("tty"), ...clockOf(world) });
}

const DAY_MS = 86_400_000;

function clockOf({ daysAhead }: World): Pick<Circumstances, "through"> {
  if (daysAhead === 0) return {};
  return { through: (host) => ({ ...host, now: () => new Date(host.now().getTime() + daysAhead * DAY_MS) }) };
}

function shell(text: string, { scratch, directory }: World): Ended {
  const line = text.replaceAll("{HOME}", scratch.home);
  const ended = spawnSync("/bin/sh", ["-c", line], {
    cwd: directory,
    env: scratch.env as NodeJS.ProcessEnv,
    encoding: "utf8",
  });
  return { code: ended.status ?? -1, stdout: ended.stdout, stderr: ended.stderr };
}

const OK: Ended = { code: 0, stdout: "", stderr: "" };

function failed(stderr: string): Ended {
  return { code: 1, stdout: "", stderr };
}

type Helper = (words: readonly string[], world: World) => Ended;

const HELPERS: Readonly<Record<string, Helper>> = {
  cd([path = "~"], world) {
    world.directory = placeOf(path, world);
    mkdirSync(world.directory, { recursive: true });
    return OK;
  },
  exists: (paths, world) =>
    every(paths, world, (place) => lstatSync(place, { throwIfNoEntry: false }) !== undefined, "is missing"),
  missing: (paths, world) =>
    every(paths, world, (place) => lstatSync(place, { throwIfNoEntry: false }) === undefined, "is there"),
  given: (paths, world) => every(paths, world, (place) => isAsGiven(place, world), "is not as it was given"),
  edit([path = "", from = "", to = ""], world) {
    const place = placeOf(path, world);
    const text = readFileSync(place, "utf8");
    if (!text.includes(from)) return failed(`${path} does not hold '${from}'`);
    writeFileSync(
      place,
      text.replace(from, () => to),
    );
    return OK;
  },
  "days-later"([days = "0"], world) {
    world.daysAhead = Number(days);
    return OK;
  },
  snapshot(_words, world) {
    world.snapshot = takePicture(world.scratch.home, { times: true });
    return OK;
  },
  unchanged(_words, world) {
    const now = takePicture(world.scratch.home, { times: true });
    const before = world.snapshot ?? [];
    const changed = [...now.filter((line) => !before.includes(line)), ...before.filter((line) => !now.includes(line))];
    return changed.length === 0 ? OK : failed(changed.join("\n"));
  },
};

function every(paths: readonly string[], world: World, holds: (place: string) => boolean, fault: string): Ended {
  const wrong = paths.filter((path) => !holds(placeOf(path, world)));
  return wrong.length === 0 ? OK : failed(`${wrong.join(", ")} ${fault}`);
}

function isAsGiven(place: string, { given }: World): boolean {
  const before = given.get(place);
  if (before === undefined || !existsSync(place)) return false;
  return readFileSync(place).equals(before.bytes) && statSync(place).mode === before.mode;
}

/** Whether what a scenario needs is here. */
export function has(need: string): boolean {
  if (need === "user") return process.getuid?.() !== 0;
  if (need === "npm") return process.env["ATK_TEST_OFFLINE"] === undefined;
  if (need === "sandbox") return succeeds("bwrap", [...LEAST_SANDBOX, "true"]);
  return succeeds(need, ["--version"]);
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
