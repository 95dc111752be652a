import { quoteForShell } from "../../clients/shell-quote.ts";
import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { chooseEdits } from "./choose-edits.ts";
import type { FoundEdit } from "./find-edits.ts";
import { survey } from "./list-drift.ts";
import { withoutIgnores, type Answer } from "./promote.ts";

/**
 * What atk keeps there is put back; a copy of what is there is kept. An entry that the manifest does not know is taken away only
 * with `remove`. All of the edits or none.
 * @throws AtkError E_USAGE, E_PLUGIN_NOT_FOUND for ids; E_DISAGREES for entries of others without `remove`
 */
export async function prepareRevert(
  ids: readonly string[],
  { remove }: { readonly remove: boolean },
  context: Context,
): Promise<Answer> {
  const found = await survey(context);
  const edits = await chooseEdits(ids, found, context);
  const others = edits.filter(({ kind }) => kind === "new");
  const [other] = others;
  if (other !== undefined && !remove)
    throw new AtkError("E_DISAGREES", `${other.id} is not atk's, so there is nothing of atk's to put back`, {
      hint: `atk drift revert ${quoteForShell(other.id)} --remove takes it away (a copy of the file is kept)`,
    });
  const own = edits.filter(({ kind }) => kind !== "new");
  const owners = own.flatMap((edit) => (edit.kind === "new" ? [] : [edit.item.change.owner]));
  return {
    notes: own.flatMap(unwantedNote),
    words: {
      selection: {
        names: [...new Set(owners)],
        addresses: own.map(({ id }) => id),
        overwrite: own.map(({ id }) => id),
        drop: others.map(({ id }) => id),
      },
      message: `Revert ${edits.map(({ id }) => `'${id}'`).join(", ")}`,
      edit: (inputs) => withoutIgnores(inputs, edits, context),
      // It was there before, so nothing is asked of the machine that was not asked then.
      unchecked: true,
      decisions: {},
    },
  };
}

function unwantedNote(edit: FoundEdit): readonly string[] {
  if (edit.kind === "new" || edit.item.resource !== undefined) return [];
  return [`${edit.id}: the manifest no longer has it, so it is taken away`];
}
