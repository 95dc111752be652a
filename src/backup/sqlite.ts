import { closeSync, constants, openSync, readSync } from "node:fs";
import { dirname, basename } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { isPlain, systemPath } from "./archive/byte-names.ts";

/** The first bytes of every database. (https://www.sqlite.org/fileformat.html, 1.3) */
const MAGIC = "SQLite format 3\0";
/** What belongs to a database that is open, or was when its program was killed. */
export const COMPANIONS = ["-wal", "-shm", "-journal"] as const;

/** The smallest database is one page of 512 bytes. Without waiting: it is asked of every file. */
export function isSqlite(path: string, sizeBytes: number): boolean {
  if (sizeBytes < 512) return false;
  const file = openSync(systemPath(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const first = Buffer.alloc(MAGIC.length);
    return readSync(file, first, 0, first.length, 0) === first.length && first.toString("latin1") === MAGIC;
  } finally {
    closeSync(file);
  }
}

/** Copies a database as it is at one moment, while others write to it: E_COMMAND when SQLite says no. */
export type SqliteCopier = (database: string, copy: string) => Promise<void>;

const WAIT_MS = 20_000;
const LIMIT_MS = 3_600_000;

/** SQLite's own backup, by the program sqlite3 or by Python's module; undefined where neither is there. */
export async function findSqlite(host: Host): Promise<SqliteCopier | undefined> {
  if ((await host.programs.find("sqlite3")) !== undefined) return (database, copy) => byShell({ database, copy }, host);
  const python = (await host.programs.find("python3")) ?? (await host.programs.find("python"));
  if (python === undefined) return undefined;
  const { exitCode } = await host.programs.run({ command: python, args: ["-c", "import sqlite3"], timeoutMs: WAIT_MS });
  return exitCode === 0 ? (database, copy) => byPython(python, { database, copy }, host) : undefined;
}

/** A file of a running program is not copied as it is: half of a change would be in it. */
export function noSqlite(path: string): AtkError {
  return new AtkError("E_PROGRAM", `${path} is a SQLite database, and nothing here can copy it while it is in use`, {
    at: { file: path },
    hint: "install sqlite3 (apt install sqlite3, brew install sqlite) or python3",
  });
}

interface Copy {
  readonly database: string;
  readonly copy: string;
}

/**
 * The transaction around it holds one moment: without it, each write of another program begins the copy anew.
 * (https://www.sqlite.org/c3ref/backup_finish.html) Who closes a database last folds its log into it, unless it was opened for reading;
 * where there is no log, reading alone would leave an empty one behind. (https://www.sqlite.org/wal.html, 2.2 and 5)
 */
async function byShell({ database, copy }: Copy, host: Host): Promise<void> {
  const commands = [
    `.timeout ${WAIT_MS}`,
    "BEGIN;",
    "SELECT count(*) FROM sqlite_master;",
    `.backup main ${basename(copy)}`,
    "COMMIT;",
  ];
  const run = (options: readonly string[]): Promise<Outcome> =>
    host.programs.run({
      command: "sqlite3",
      args: [...options, "-batch", "-bail", argument(database), ...commands],
      cwd: dirname(copy),
      timeoutMs: LIMIT_MS,
    });
  await firstThatWorks(database, await waysToOpen(database, host), (isReading) => run(isReading ? ["-readonly"] : []));
}

/** Whether for reading alone; a database that was left in the middle of a change can only be opened for writing. */
async function waysToOpen(database: string, { files }: Host): Promise<readonly boolean[]> {
  const hasLog = (await files.stat(`${database}-wal`)) !== undefined;
  return hasLog ? [true, false] : [false, true];
}

async function firstThatWorks(
  database: string,
  ways: readonly boolean[],
  run: (isReading: boolean) => Promise<Outcome>,
): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const isReading of ways) {
    const outcome = await run(isReading);
    if (outcome.exitCode === 0) return;
    outcomes.push(outcome);
  }
  throw refused(database, outcomes[0] ?? { exitCode: 1, stderr: "" });
}

const SCRIPT = [
  "import sqlite3, sys, urllib.parse as u",
  "source = sqlite3.connect('file:' + u.quote(sys.argv[1]) + '?mode=' + sys.argv[3], uri=True, timeout=20)",
  "copy = sqlite3.connect(sys.argv[2])",
  "source.backup(copy)",
  "copy.close()",
].join("\n");

async function byPython(python: string, { database, copy }: Copy, host: Host): Promise<void> {
  const run = (isReading: boolean): Promise<Outcome> => {
    const args = ["-c", SCRIPT, argument(database), copy, isReading ? "ro" : "rw"];
    return host.programs.run({ command: python, args, timeoutMs: LIMIT_MS });
  };
  await firstThatWorks(database, await waysToOpen(database, host), run);
}

type Outcome = { readonly exitCode: number; readonly stderr: string };

/** A name that is no text cannot be said in a command line. */
function argument(path: string): string {
  if (isPlain(path)) return path;
  throw new AtkError("E_COMMAND", `${path}: SQLite cannot be told this name`, {
    hint: "give the file a name of UTF-8",
  });
}

function refused(path: string, { stderr }: Outcome): AtkError {
  const said = stderr.trim().split("\n").at(-1) ?? "";
  return new AtkError("E_COMMAND", `SQLite could not copy ${path}: ${said || "it gave no reason"}`, {
    at: { file: path },
    hint: `see what is wrong with it: sqlite3 ${path} "PRAGMA integrity_check"`,
  });
}
