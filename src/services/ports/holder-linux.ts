import { AtkError } from "../../core/errors.ts";
import type { ReadFiles } from "../../core/host.ts";
import { shownName, type PortHolder } from "./port-holder.ts";

/** The kernel's tables name a socket by its inode, and /proc/PID/fd has links to "socket:[INODE]". (proc(5), "/proc/net/tcp") */
export async function holderOnLinux(port: number, files: ReadFiles): Promise<PortHolder | undefined> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => files.read(`/proc/net/${name}`)));
  const sockets = tables.flatMap((table) => listeningSockets(new TextDecoder().decode(table), port));
  const [first] = sockets;
  if (first === undefined) return undefined;
  const pid = await processWith(new Set(sockets.map(({ inode }) => `socket:[${inode}]`)), files);
  if (pid === undefined) return { kind: "hidden", uid: first.uid };
  const name = await files.read(`/proc/${pid}/comm`).catch(() => undefined);
  return { kind: "process", pid, name: shownName(new TextDecoder().decode(name)) };
}

interface ListeningSocket {
  readonly inode: string;
  readonly uid: number;
}

const LISTEN = "0A";

/** Lines like "0: 0100007F:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 345678 ...", addresses in hexadecimal digits. */
export function listeningSockets(table: string, port: number): readonly ListeningSocket[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , uid = "", , inode = ""] = line.trim().split(/\s+/);
    const isIt = state === LISTEN && Number.parseInt(local.split(":")[1] ?? "", 16) === port;
    return isIt ? [{ inode, uid: Number(uid) }] : [];
  });
}

/** The lowest number that has one of the sockets open: of a server and its workers, most often the server. */
async function processWith(links: ReadonlySet<string>, files: ReadFiles): Promise<number | undefined> {
  const names = ((await files.list("/proc")) ?? []).map(({ name }) => name);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids.sort((a, b) => a - b)) if (await hasOpen(pid, links, files)) return pid;
  return undefined;
}

async function hasOpen(pid: number, links: ReadonlySet<string>, files: ReadFiles): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  try {
    for (const { name } of (await files.list(folder)) ?? []) {
      const link = await files.readLink(`${folder}/${name}`);
      if (link !== undefined && links.has(link)) return true;
    }
  } catch (error) {
    // Another user's process, or one that ended while it was looked at.
    if (!(error instanceof AtkError)) throw error;
  }
  return false;
}
