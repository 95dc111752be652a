import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files } from "../core/host.ts";
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { appendJsonLines, jsonLines, readJsonLines } from "./json-lines.ts";
import type { Step } from "./step.ts";

/** Where a transaction works. */
export interface JournalPlace {
  readonly files: Files;
  /** State directory of one manifest on this machine; made for the user alone when it is absent. The caller holds its lock. */
  readonly directory: string;
}

export interface TransactionContext extends JournalPlace {
  now(): Date;
}

/**
 * How far a transaction came.
 * intend: perhaps something is staged, no file is changed. staged: everything is on disk, some files may be changed.
 * renamed: all are. undo: it is being taken back. closed: only leftovers of the journal itself remain.
 */
export type Phase = "intend" | "staged" | "renamed" | "undo" | "closed";

export interface Intent {
  readonly id: string;
  readonly label: string;
  readonly note: Json;
  readonly at: string;
  readonly steps: readonly Step[];
}

export interface Journal extends Intent {
  readonly phase: Phase;
}

const VERSION = 1;
const PHASES: readonly string[] = ["staged", "renamed", "undo", "closed"] satisfies readonly Phase[];

export function journalFile(directory: string): string {
  return join(directory, "journal.jsonl");
}

/** Where the originals of a transaction are kept until it is closed. */
export function originalsDirectory(directory: string, id: string): string {
  return join(directory, "tx", id);
}

/** Whether a transaction was stopped half way here; cheap enough to ask in every run. */
export async function hasOpenJournal({ files, directory }: JournalPlace): Promise<boolean> {
  return (await files.stat(journalFile(directory))) !== undefined;
}

/** The first line, durable before anything else happens. The file must not exist: there is one transaction at a time. */
export async function beginJournal(intent: Intent, { files, directory }: JournalPlace): Promise<void> {
  const line: Json = { ...intent, version: VERSION, steps: intent.steps as unknown as Json };
  await files.create(journalFile(directory), jsonLines([line]), 0o600);
  await files.syncDirectory(directory);
}

export async function markPhase(phase: Phase, { files, directory }: JournalPlace): Promise<void> {
  await appendJsonLines(journalFile(directory), [{ phase }], files);
}

/**
 * The journal as far as it was written: a torn last line does not count. "torn" when not even the first one is whole,
 * which means that nothing had been touched yet.
 * @throws AtkError E_FILE when it is damaged otherwise, or written by a newer atk.
 */
export async function readJournal({ files, directory }: JournalPlace): Promise<Journal | "torn" | undefined> {
  const path = journalFile(directory);
  const lines = await readJsonLines(path, files);
  if (lines === undefined) return undefined;
  const [first, ...rest] = lines.map((line) => line.value);
  if (first === undefined && rest.length === 0) return "torn";
  if (!isObject(first) || first["version"] !== VERSION) throw unreadable(path);
  return { ...(first as unknown as Intent), phase: rest.reduce(laterPhase, "intend") };
}

function laterPhase(phase: Phase, line: Json | undefined): Phase {
  const named = isObject(line) ? (line as JsonObject)["phase"] : undefined;
  return typeof named === "string" && PHASES.includes(named) ? (named as Phase) : phase;
}

function unreadable(path: string): AtkError {
  return new AtkError("E_FILE", `the journal ${path} is damaged, or was written by a newer atk`, {
    at: { file: path },
    hint: "use the newest atk; if it is damaged, move the file away and run atk plan to see what is left to do",
  });
}

/** Forgets a closed transaction: originals first, the journal last, so that a kill in between leaves nothing unnoticed. */
export async function removeJournal(id: string | undefined, { files, directory }: JournalPlace): Promise<void> {
  if (id !== undefined) await removeOriginals(originalsDirectory(directory, id), files);
  await files.removeDirectory(join(directory, "tx"));
  await files.unlink(journalFile(directory));
}

async function removeOriginals(folder: string, files: Files): Promise<void> {
  for (const { name } of (await files.list(folder)) ?? []) await files.unlink(join(folder, name));
  await files.removeDirectory(folder);
}
