import { lstatSync, readlinkSync, statSync, type Stats } from "node:fs";
import type { Signature } from "../core/host.ts";

/**
 * The signature of what is at a path, links followed and themselves part of it. Times of a folder count only when its
 * list was read: a new file in the user's home is no news to who asked whether the home is there.
 */
export function signatureOf(path: string, how: "look" | "list"): Signature {
  const own = attempt(() => lstatSync(path, { throwIfNoEntry: false }));
  if (typeof own === "string") return { text: own, changedMs: 0 };
  if (!own.isSymbolicLink()) return describe(own, how);
  const target = attempt(() => readlinkSync(path));
  const behind = attempt(() => statSync(path, { throwIfNoEntry: false }));
  const rest = typeof behind === "string" ? { text: behind, changedMs: 0 } : describe(behind, how);
  return { text: `link ${String(target)} ${rest.text}`, changedMs: rest.changedMs };
}

function describe(stats: Stats, how: "look" | "list"): Signature {
  const { dev, ino, mode, uid, size, mtimeMs, ctimeMs } = stats;
  if (stats.isDirectory() && how === "look") return { text: `folder ${dev} ${ino} ${mode} ${uid}`, changedMs: 0 };
  return { text: `${dev} ${ino} ${mode} ${uid} ${size} ${mtimeMs} ${ctimeMs}`, changedMs: ctimeMs };
}

/** A fault is an answer as well: it is the same as long as its code is. */
function attempt<T>(ask: () => T | undefined): T | string {
  try {
    return ask() ?? "absent";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "fault";
  }
}
