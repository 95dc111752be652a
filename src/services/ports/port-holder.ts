import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";

/** Who listens on a port. */
export type PortHolder =
  | { readonly kind: "process"; readonly pid: number; readonly name: string }
  /** A process that this user may not look into, or that is in another container. */
  | { readonly kind: "hidden"; readonly uid: number };

/**
 * Who listens on a TCP port of this machine; undefined when nobody does or it cannot be told. Only the program's short name is
 * told, since arguments may hold secrets. On Linux read from /proc, at the cost of one look at every open file of every
 * process that may be seen; on macOS told by lsof and on Windows by netstat and tasklist, where they are there. To be asked
 * when a port is taken, not before. Never throws.
 */
export async function holderOf(port: number, host: Host): Promise<PortHolder | undefined> {
  try {
    return await ask(port, host);
  } catch (error) {
    if (error instanceof AtkError) return undefined;
    throw error;
  }
}

async function ask(port: number, host: Host): Promise<PortHolder | undefined> {
  switch (host.machine.platform) {
    case "linux":
      return (await import("./holder-linux.ts")).holderOnLinux(port, host.files);
    case "macos":
      return (await import("./holder-macos.ts")).holderOnMacos(port, host.programs);
    case "windows":
      return (await import("./holder-windows.ts")).holderOnWindows(port, host.programs);
  }
}

/** "node (process 4711)", for "port 8787 is held by ...". */
export function showHolder(holder: PortHolder, ownUid = process.getuid?.()): string {
  if (holder.kind === "process") return `${holder.name} (process ${holder.pid})`;
  if (holder.uid === ownUid) return "a process that cannot be seen from here";
  return `a process of another user (uid ${holder.uid})`;
}

const MAX_NAME_LENGTH = 64;

/** A process chooses its name itself: without what could move a terminal, and never empty. */
export function shownName(name: string): string {
  const plain = name.replace(/\p{C}/gu, "").trim().slice(0, MAX_NAME_LENGTH);
  return plain === "" ? "a program" : plain;
}
