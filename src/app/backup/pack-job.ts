import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pack, type Packing, type PackOptions } from "../../backup/archive/pack.ts";
import type { Source } from "../../backup/archive/walk.ts";
import { findSqlite, isSqlite, noSqlite } from "../../backup/sqlite.ts";
import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { workDirectory } from "./backup-place.ts";
import { pathOf, sourceOf, type Contents } from "./contents.ts";
import type { Job } from "./jobs.ts";

export interface PackRequest {
  readonly job: Job;
  readonly contents: Contents;
  /** Nothing of the plugin runs. */
  readonly isDown: boolean;
  /** Absolute paths that are never kept. */
  readonly avoid: readonly string[];
  /** What is not as it should be is noted and kept as it is: for what is put aside before it is overwritten. */
  readonly lenient: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface Packed {
  readonly packing: Packing;
  readonly notes: readonly string[];
}

/** Begins to pack the data of a job; `into` is where the plugin's own command has put it. */
export async function packJob(request: PackRequest, into: string | undefined, context: Context): Promise<Packed> {
  const { job, contents, avoid, signal } = request;
  const notes: string[] = [];
  const sources: Source[] = [];
  const volumes: string[] = [];
  for (const place of contents.places) {
    const path = place.kind === "command" ? into : await pathOf(place, job, context);
    if (path !== undefined) sources.push(sourceOf(place, path, avoid));
    else if (place.kind === "volume") volumes.push(place.path);
  }
  const note = (message: string): void => void notes.push(message);
  const { packVolume } = await import("./volumes.ts");
  const extras = volumes.map((volume) => packVolume(volume, job, note, context));
  const packing = pack(sources, extras, { copyOf: await copier(request, note, context), note, signal });
  return { packing, notes };
}

/** A database is copied by SQLite, whoever has it open. Where that cannot be had, only what nobody can have open is copied as it is. */
async function copier(
  { isDown, lenient }: PackRequest,
  note: (message: string) => void,
  context: Context,
): Promise<PackOptions["copyOf"]> {
  const sqlite = await findSqlite(context.host);
  const scratch = join(workDirectory(context), "sqlite");
  let count = 0;
  return async (path, sizeBytes) => {
    if (!isSqlite(path, sizeBytes)) return undefined;
    if (sqlite === undefined) {
      if (isDown || lenient) return undefined;
      throw noSqlite(path);
    }
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    const copy = join(scratch, `${(count += 1)}.db`);
    const remove = (): Promise<void> => rm(copy, { force: true });
    try {
      await sqlite(path, copy);
      // A database without a table gives a copy without a byte.
      await stat(copy);
      return { path: copy, remove };
    } catch (error) {
      await remove();
      if (!lenient && !isDown && error instanceof AtkError) throw error;
      note(`${path} was kept as it is: SQLite does not read it`);
      return undefined;
    }
  };
}
