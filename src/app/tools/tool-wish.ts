import { AtkError } from "../../core/errors.ts";
import type { ToolWish } from "../../kinds/native-tools.ts";
import type { RecordedTools } from "../../manifest/lock.ts";
import type { PluginEntry } from "../../manifest/manifest.ts";
import { toolNames } from "../../tools/offer.ts";
import { isAllowed } from "../../tools/tool-filter.ts";
import type { Context } from "../context.ts";
import { readRecordFile } from "./tool-records.ts";

/** What an entry says of a server's tools, with the names of those that it lets through as far as they are known. */
export async function toolWish(
  { tools, guard }: Pick<PluginEntry, "tools" | "guard">,
  server: { readonly id: string; readonly recorded: RecordedTools | undefined },
  context: Context,
): Promise<ToolWish> {
  const allowed = tools === undefined ? undefined : await recordedNames(server, context);
  return {
    ...(guard === true ? { guard } : {}),
    ...(tools === undefined ? {} : { filter: tools }),
    ...(allowed === undefined ? {} : { allowed: allowed.filter((name) => isAllowed(name, tools ?? {})) }),
  };
}

/** A record that cannot be used is as good as none here: the launcher filters then, and says what is wrong with it. */
async function recordedNames(
  { id, recorded }: Parameters<typeof toolWish>[1],
  context: Context,
): Promise<readonly string[] | undefined> {
  if (recorded === undefined) return undefined;
  try {
    return toolNames((await readRecordFile(id, recorded, context)).offer);
  } catch (error) {
    if (error instanceof AtkError) return undefined;
    throw error;
  }
}
