import { join } from "node:path";
import { isObject, type Json } from "../../core/json.ts";
import type { Context } from "../context.ts";
import type { LoadedPlugin } from "../load-plugins.ts";
import { bringsVersion, type Task } from "../next-state.ts";
import { snapshotBefore, snapshotText } from "./snapshot-before.ts";

/**
 * Backups before an apply or a sync that brings another version of plugins whose data that may harm, as `atk upgrade` makes them.
 * Gives what the log keeps of them; undefined when none was wanted.
 * @throws AtkError E_BACKUP when one is wanted and could not be made: nothing was changed
 */
export async function snapshotsBefore(
  tasks: readonly Task[],
  plugins: readonly LoadedPlugin[],
  context: Context,
): Promise<string | undefined> {
  const changed = new Set(tasks.filter(bringsVersion).map(({ item }) => item.change.owner));
  const made: string[] = [];
  for (const plugin of plugins) {
    if (!changed.has(plugin.entry.name) || "fault" in plugin) continue;
    const snapshot = await snapshotBefore(
      plugin,
      { version: await installedVersion(plugin.directory, context) },
      context,
    );
    if (snapshot === undefined) continue;
    made.push(snapshotText(snapshot));
    context.tell({ type: "note", message: `${snapshot.name}: its data of before is kept as backup ${snapshot.id}` });
  }
  return made.length === 0 ? undefined : made.join(",");
}

/** The lock says what comes; what is there says the folder. */
async function installedVersion(directory: string, { look }: Context): Promise<string | undefined> {
  const { parse } = await import("yaml");
  try {
    const data = parse((await look.text(join(directory, "plugin.yaml"))) ?? "") as Json;
    const version = isObject(data) ? data["version"] : undefined;
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
