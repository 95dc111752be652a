import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { SourceContext } from "../context.ts";
import { makeDirectories } from "../scratch.ts";
import { registryId, type Registry } from "./registry.ts";

/**
 * Refuses a signed index that is older than one this machine has seen from the same place with the same key: whoever serves it
 * may hold back the newest, but cannot bring an old one back. Times are seconds since 1970, from the signed comment.
 * Each time seen is an empty file of its own, so that several processes need no lock: the highest name counts.
 * @throws AtkError E_INTEGRITY.
 */
export async function checkNotOlder(registry: Registry, timestamp: number, context: SourceContext): Promise<void> {
  const { seenDirectory, host } = context;
  if (seenDirectory === undefined) return;
  const folder = join(seenDirectory, idOf(registry));
  const seen = ((await host.files.list(folder)) ?? []).map(({ name }) => Number(name)).filter(Number.isSafeInteger);
  const newest = Math.max(0, ...seen);
  if (timestamp < newest) throw older(registry, timestamp, newest);
  if (timestamp === newest || context.temporary === true) return;
  await makeDirectories(host.files, folder);
  await host.files.append(join(folder, String(timestamp)), new Uint8Array(), 0o600);
  for (const each of seen) await host.files.unlink(join(folder, String(each))).catch(ignore);
}

/** Another process takes old ones away as well. */
function ignore(): void {}

function idOf({ place, key = "" }: Registry): string {
  return place.type === "git" ? registryId(place.url, place.ref, key) : registryId(place.directory, key);
}

function older({ name }: Registry, timestamp: number, newest: number): AtkError {
  const day = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const message = `registry ${name}: its index was signed at ${day(timestamp)}, but this machine has seen one of ${day(newest)}`;
  return new AtkError("E_INTEGRITY", message, {
    hint: "somebody may be serving an old index; ask who keeps the registry to sign it anew",
  });
}
