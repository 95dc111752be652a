import * as nodeFs from "node:fs";
import type { Files } from "../core/host.ts";
import { readHalf } from "./node-read-files.ts";
import { writeHalf } from "./node-write-files.ts";

/** The part of `node:fs` that is used; memfs fits too, so the memory host runs the same code. */
export type NodeFs = typeof nodeFs;

/**
 * The file system behind the Files port.
 * The calls are the synchronous ones: for many small local files they are several times faster than going through the
 * thread pool. Only waiting for the disk (fsync) is asynchronous, so that many files can be waited for at once.
 * @throws AtkError E_FILE, from every method, for every fault except absence.
 */
export function nodeFiles(fs: NodeFs = nodeFs): Files {
  return { ...readHalf(fs), ...writeHalf(fs) };
}
