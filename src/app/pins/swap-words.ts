import { join } from "node:path";
import type { Server } from "../../core/server.ts";
import type { StoredBin } from "../../pins/npm-marker.ts";

/** A program of the store in the place of the words that would fetch it. */
export interface Swap {
  /** Folder of the installation. */
  readonly folder: string;
  readonly bin?: string;
  /** How many words of the command are the runner's. */
  readonly own: number;
}

/** Started by this very Node: a client may have none on its PATH. */
export function swapWords(server: Server, { folder, own }: Swap, { file, isNode }: StoredBin): Server {
  if (server.transport !== "stdio") return server;
  const rest = server.args.slice(own - 1);
  const program = join(folder, file);
  return isNode
    ? { ...server, command: process.execPath, args: [program, ...rest] }
    : { ...server, command: program, args: rest };
}
