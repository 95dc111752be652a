import { AtkError } from "../../core/errors.ts";
import { canonical } from "../../core/json.ts";
import { valueAt } from "../../formats/document.ts";
import type { Context } from "../context.ts";
import { entryAt } from "./beside.ts";
import { newId, type FoundEdit } from "./find-edits.ts";
import type { Survey } from "./list-drift.ts";

/**
 * The edits with these ids, in their order; entries that were there before atk can be named too.
 * @throws AtkError E_USAGE for none, E_PLUGIN_NOT_FOUND for an id that names no edit
 */
export async function chooseEdits(
  ids: readonly string[],
  { work }: Survey,
  context: Context,
): Promise<readonly FoundEdit[]> {
  if (ids.length === 0) throw new AtkError("E_USAGE", "no edit was named", { hint: "atk drift lists them" });
  return Promise.all(
    [...new Set(ids)].map(async (id) => {
      const found = work.edits.find((edit) => edit.id === id) ?? (await before(id, work, context));
      if (found !== undefined) return found;
      const close = work.edits.filter((edit) => edit.id.includes(id)).map((edit) => edit.id);
      throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no foreign edit ${JSON.stringify(id)}`, {
        hint: close.length === 0 ? "atk drift lists them" : `did you mean ${close.join(", ")}?`,
      });
    }),
  );
}

async function before(id: string, { beside }: Survey["work"], context: Context): Promise<FoundEdit | undefined> {
  for (const { map, names } of beside) {
    const name = names.find((each) => newId(map, each) === id);
    if (name === undefined) continue;
    const data = await context.look.data(map.file, map.format);
    const seen = context.digest(canonical(valueAt(data, entryAt(map, name).at) ?? null));
    return { id, kind: "new", map, name, seen, standing: "open" };
  }
  return undefined;
}

/** Edits that are to be answered still, but for the chosen ones: nothing is decided about them by the way. */
export function othersOpen(chosen: readonly FoundEdit[], { work }: Survey): readonly string[] {
  const ids = new Set(chosen.map(({ id }) => id));
  return work.edits.flatMap(({ id }) => (ids.has(id) ? [] : [id]));
}
