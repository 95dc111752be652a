import { quoteForShell } from "../../clients/shell-quote.ts";
import { AtkError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Inputs } from "../inputs.ts";
import type { Context } from "../context.ts";
import type { FoundEdit } from "./find-edits.ts";
import type { Survey } from "./list-drift.ts";

/** One edit taken into the manifest. */
export interface Promotion {
  /** The manifest's text with it. `inputs` are those of that text. */
  edit(inputs: Inputs): string;
  /** The entry of the manifest that gets other fields, with those: two edits of one entry must say the same. */
  readonly declares?: { readonly owner: string; readonly fields: JsonObject };
  /** The manifest says the same, and atk spells it its own way: the entry is written anew, a copy of the file is kept. */
  readonly maySpellAnew: boolean;
  /** What one should know before saying yes. */
  readonly notes: readonly string[];
}

export interface Promoting {
  readonly survey: Survey;
  readonly context: Context;
  /** Ids of all edits that are promoted together. */
  readonly ids: ReadonlySet<string>;
  /** Names of secrets that the home has. */
  readonly secrets: ReadonlySet<string>;
}

/** Not every edit has words in the manifest. */
export function cannotPromote({ id }: Pick<FoundEdit, "id">, why: string, hint?: string): AtkError {
  return new AtkError("E_DISAGREES", `${id} cannot be promoted: ${why}`, {
    hint: hint ?? `atk drift revert ${quoteForShell(id)}, or atk drift ignore ${quoteForShell(id)} --reason TEXT`,
  });
}
