import { AtkError } from "../../src/core/errors.ts";
import type { Files, WriteFiles } from "../../src/core/host.ts";
import { fileFault } from "../../src/host/file-fault.ts";

/** What a killed process would be: no call after it does anything. Not an AtkError, so nothing handles it as a fault. */
export class Crash extends Error {}

const WRITING = [
  "create",
  "append",
  "rename",
  "hardLink",
  "symlink",
  "unlink",
  "makeDirectory",
  "removeDirectory",
  "changeMode",
  "syncDirectory",
] as const satisfies readonly (keyof WriteFiles)[];

export type WritingCall = (typeof WRITING)[number];

export interface Counted {
  readonly files: Files;
  /** Writing calls so far. */
  calls(): number;
}

/** Decides before each writing call: throws, or lets it happen. `count` is 1 for the first call. */
export type Guard = (call: WritingCall, path: string, count: number) => void;

/** Files that ask the guard before every call that changes something. */
export function guardedFiles(files: Files, guard: Guard): Counted {
  let count = 0;
  const guarded: Record<string, unknown> = { ...files };
  for (const name of WRITING) {
    const original = files[name].bind(files) as (...parts: readonly unknown[]) => Promise<unknown>;
    guarded[name] = async (...parts: readonly unknown[]) => {
      count += 1;
      guard(name, String(name === "rename" || name === "hardLink" || name === "symlink" ? parts[1] : parts[0]), count);
      return original(...parts);
    };
  }
  return { files: guarded as unknown as Files, calls: () => count };
}

/** The process dies before its n-th writing call, and every later call finds it dead. */
export function crashingFiles(files: Files, n: number): Counted {
  return guardedFiles(files, (call, path, count) => {
    if (count >= n) throw new Crash(`killed before call ${n}: ${call} ${path}`);
  });
}

/** Half of the n-th call that adds content reaches the disk, then the power is cut. */
export function tearingFiles(files: Files, n: number): Counted {
  let torn = false;
  const counted = guardedFiles(files, (call, path, count) => {
    if (torn || count > n) throw new Crash(`no power: ${call} ${path}`);
  });
  const tear = (name: "create" | "append") => async (path: string, bytes: Uint8Array, mode: number) => {
    const isLast = counted.calls() + 1 === n;
    await counted.files[name](path, isLast ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes, mode);
    if (!isLast) return;
    torn = true;
    throw new Crash(`power cut while writing ${path}`);
  };
  return {
    files: { ...counted.files, create: tear("create"), append: tear("append") },
    calls: counted.calls,
  };
}

/** The system refuses the n-th matching call and all like it: a full disk (ENOSPC), a missing permission (EACCES). */
export function refusingFiles(
  files: Files,
  code: string,
  matches: (call: WritingCall, path: string) => boolean,
): Files {
  return guardedFiles(files, (call, path) => {
    if (matches(call, path)) throw fileFault("write", path, Object.assign(new Error(`${code}: refused`), { code }));
  }).files;
}

export function isCrash(error: unknown): boolean {
  return error instanceof Crash;
}

export function isAtkError(error: unknown): error is AtkError {
  return error instanceof AtkError;
}
