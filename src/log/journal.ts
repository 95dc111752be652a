import { join } from "node:path";
import type { Files } from "../core/host.ts";
import { isObject, type Json } from "../core/json.ts";

/** One file of a transaction, as the journal knows it: places and digests, never content. */
export interface Operation {
  readonly type: "write" | "link" | "remove" | "remove-directory";
  /** The path that is changed; behind a symbolic link its target. */
  readonly path: string;
  /** Digest (or `link:<target>`) before; null: absent. Plain, not keyed: the folder is the user's alone, and nobody is shown it. */
  readonly before: string | null;
  readonly after: string | null;
  /** The new content, beside its target. */
  readonly staged?: string;
  /** The old content, in the transaction's folder. */
  readonly original?: string;
  readonly originalMode?: number;
}

export interface Intent {
  readonly id: string;
  readonly label: string;
  readonly note: Json;
  readonly operations: readonly Operation[];
  /** Directories that are made for it, outermost first. */
  readonly directories: readonly string[];
}

export type Phase = "intend" | "staged" | "renamed" | "undoing";

export interface OpenJournal {
  readonly intent: Intent;
  readonly phase: Phase;
}

export function journalFile(directory: string): string {
  return join(directory, "journal.jsonl");
}

export async function startJournal(intent: Intent, directory: string, files: Files): Promise<void> {
  await append({ phase: "intend", intent }, directory, files);
}

export async function markPhase(phase: Exclude<Phase, "intend">, directory: string, files: Files): Promise<void> {
  await append({ phase }, directory, files);
}

async function append(entry: unknown, directory: string, files: Files): Promise<void> {
  await files.append(journalFile(directory), new TextEncoder().encode(`${JSON.stringify(entry)}\n`), 0o600);
}

/** The journal that is open; a last line torn by a power cut was never written. */
export async function readJournal(directory: string, files: Pick<Files, "read">): Promise<OpenJournal | undefined> {
  const bytes = await files.read(journalFile(directory));
  if (bytes === undefined) return undefined;
  const entries = new TextDecoder().decode(bytes).split("\n").flatMap(parse);
  const first = entries.find((entry) => isObject(entry) && entry["phase"] === "intend");
  if (first === undefined || !isObject(first)) return undefined;
  const phases = entries.map((entry) => (isObject(entry) ? entry["phase"] : undefined));
  const reached = (["undoing", "renamed", "staged"] as const).find((phase) => phases.includes(phase));
  return { intent: first["intent"] as unknown as Intent, phase: reached ?? "intend" };
}

function parse(line: string): readonly Json[] {
  try {
    return line === "" ? [] : [JSON.parse(line) as Json];
  } catch {
    return [];
  }
}

/** Closed: nothing is open any more. */
export async function closeJournal(directory: string, files: Files): Promise<void> {
  if ((await files.stat(journalFile(directory))) === undefined) return;
  await files.unlink(journalFile(directory));
  await files.syncDirectory(directory);
}
