import type { Index, Place } from "../../backup/index-file.ts";
import { isBelow } from "../../backup/is-below.ts";
import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { contentsOf } from "./contents.ts";
import type { Job } from "./jobs.ts";

/**
 * Whoever can write to a target can add a place to a backup that is not encrypted, so only what this home names as data is put back
 * without more words.
 * @throws AtkError E_BACKUP naming the places
 */
export async function refuseUndeclared(job: Job, { places }: Index, context: Context): Promise<void> {
  const declared = (await contentsOf(job, context)).places;
  const others = places.filter((place) => !declared.some((own) => isBelow(place.at, own.at)));
  if (others.length === 0) return;
  const { name } = job.entry;
  throw new AtkError(
    "E_BACKUP",
    `the backup holds what nothing here names as data of ${name}: ${others.map(saying).join(", ")}; nothing was changed`,
    {
      hint: `atk backup restore ${name} --into DIR (to look at it); --undeclared puts it in its place all the same`,
    },
  );
}

function saying({ kind, path }: Place): string {
  if (kind === "home") return `~/${path}`;
  return kind === "volume" ? `volume ${path}` : path || kind;
}
