import type { LockedPlugin } from "../../manifest/lock.ts";
import type { PluginEntry } from "../../manifest/manifest.ts";
import type { Context } from "../context.ts";
import { openPlugin, sourceContext } from "../plugin-source.ts";

/**
 * Keeps what a plugin from a folder is now in the store of this machine, so that `--to previous` finds it: everything else can be had
 * again from its source. Without effect when the folder in the home holds something else already.
 */
export async function keepBefore(entry: PluginEntry, locked: LockedPlugin, context: Context): Promise<void> {
  if (locked.source.type !== "local" || locked.source.link === true) return;
  const opening = { readOnly: true, offline: true };
  const tree = await openPlugin({ ...entry, source: locked.source }, locked, opening, context).catch(() => undefined);
  if (tree === undefined) return;
  const { keep } = await import("../../sources/store.ts");
  await keep(tree, await sourceContext({ readOnly: false }, context));
}
