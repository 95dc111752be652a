import type { Files } from "../../src/core/host.ts";
import type { FileChange } from "../../src/host/file-change.ts";
import { createMemoryHost, type MemoryHost } from "../../src/host/memory-host.ts";
import { prepare, type Transaction, type TransactionContext } from "../../src/log/transaction.ts";
import { fileWith, write } from "./changes.ts";
import { treeOf } from "./tree.ts";

export const HOME = "/home/mia";
export const STATE = `${HOME}/.local/state/atk/home`;
export const CLAUDE = `${HOME}/.claude.json`;
export const CODEX = `${HOME}/.codex/config.toml`;

export function contextFor(files: Files): TransactionContext {
  return { files, directory: STATE, now: () => new Date("2026-11-21T08:00:00Z") };
}

export function start(files: Files, ...changes: readonly FileChange[]): Promise<Transaction> {
  return prepare({ label: "apply", changes, note: null, keep: { tasks: [] } }, contextFor(files));
}

export async function apply(files: Files, ...changes: readonly FileChange[]): Promise<void> {
  const transaction = await start(files, ...changes);
  await transaction.commit();
  await transaction.close();
}

export function host(files: Readonly<Record<string, string>> = { [CLAUDE]: "old\n" }): MemoryHost {
  return createMemoryHost({ files });
}

export async function textAt({ files }: MemoryHost, path: string): Promise<string | undefined> {
  const bytes = await files.read(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** Everything but the directory that atk keeps for itself. */
export async function userTree({ files }: MemoryHost): Promise<Readonly<Record<string, string>>> {
  const tree = await treeOf(files, HOME);
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !path.startsWith(".local")));
}

export const NEW = write(CLAUDE, "new\n", fileWith("old\n"));
