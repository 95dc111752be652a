import { readTar } from "../../backup/archive/tar-read.ts";
import { tarEnd, tarHeader, tarPadding } from "../../backup/archive/tar-write.ts";
import type { Extra } from "../../backup/archive/pack.ts";
import type { Bytes } from "../../backup/archive/streams.ts";
import type { Index } from "../../backup/index-file.ts";
import { isBelow } from "../../backup/is-below.ts";
import { openEntries, type Stored } from "../../backup/read-backup.ts";
import type { Context } from "../context.ts";
import { secretKeyOf } from "./keys.ts";
import type { Job } from "./jobs.ts";
import { findVolume, MOUNT, withVolume } from "./volume-helper.ts";
import { feedProgram, readProgram } from "./program-bytes.ts";

/** The content of a volume, as its engine gives it; no program runs in a container for it. */
export function packVolume(volume: string, job: Job, note: (message: string) => void, context: Context): Extra {
  return async function* (packer) {
    const found = await findVolume(volume, job, context);
    if (!found.isThere) return note(`the volume ${volume} is not there, so nothing of it was kept`);
    const { place, release } = await withVolume(found, "read", context);
    try {
      const bytes = readProgram(found.engine.command, ["cp", `${place}:/${MOUNT}`, "-"], context);
      for await (const { entry, content } of readTar(bytes)) {
        const move = (path: string): string => `volume/${volume}${path.replace(/^\.\//, "").slice(MOUNT.length)}`;
        const target = entry.type === "hard" && entry.target !== undefined ? { target: move(entry.target) } : {};
        yield* packer.add({ ...entry, path: move(entry.path), ...target }, content);
      }
    } finally {
      await release();
    }
  };
}

export interface VolumeRestore {
  readonly volume: string;
  /** Its path in the archive. */
  readonly at: string;
  readonly stored: Stored;
  readonly index: Index;
  readonly job: Job;
}

/** Puts a volume's files back over what is in it; what is in it beside them stays. The backup is verified already. */
export async function restoreVolume(
  { volume, at, stored, index, job }: VolumeRestore,
  context: Context,
): Promise<void> {
  const found = await findVolume(volume, job, context);
  const { place, release } = await withVolume(found, "write", context);
  try {
    const bytes = archiveOf({ at, stored, index }, context);
    await feedProgram(found.engine.command, ["cp", "-a", "-", `${place}:/`], bytes, context);
  } finally {
    await release();
  }
}

async function* archiveOf(
  { at, stored, index }: Pick<VolumeRestore, "at" | "stored" | "index">,
  context: Context,
): Bytes {
  const move = (path: string): string => MOUNT + path.slice(at.length);
  for await (const { entry, content } of openEntries(stored, index, secretKeyOf(context))) {
    if (!isBelow(entry.path, at)) continue;
    const target = entry.type === "hard" ? { target: move(entry.target ?? "") } : {};
    yield tarHeader({ ...entry, path: move(entry.path), ...target });
    yield* content;
    yield tarPadding(entry.size);
  }
  yield tarEnd();
}
