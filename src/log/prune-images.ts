import { dropImages, listImages } from "./run-images.ts";
import type { JournalPlace } from "./journal.ts";

/** How much of what runs found is kept. */
export interface Retention {
  /** The newest runs are kept, whatever their age and size. */
  readonly runs: number;
  readonly maxAgeMs: number;
  /** Of all that is kept. */
  readonly maxBytes: number;
}

/**
 * Drops the images of old runs: those beyond the newest that are too old, or would make all of it too large. Gives their ids.
 * Costs one listing when there is nothing to drop. Images of paths touched for the first time are another matter, and stay.
 */
export async function pruneImages(retention: Retention, now: Date, place: JournalPlace): Promise<readonly string[]> {
  const all = await listImages(place);
  let keptBytes = 0;
  const dropped: string[] = [];
  for (const [index, images] of all.entries()) {
    const isNew = index < retention.runs;
    const isOld = now.getTime() - images.at.getTime() > retention.maxAgeMs;
    const fits = keptBytes + images.sizeBytes <= retention.maxBytes;
    if (isNew || (!isOld && fits)) keptBytes += images.sizeBytes;
    else {
      await dropImages(images, place.files);
      dropped.push(images.id);
    }
  }
  return dropped;
}
