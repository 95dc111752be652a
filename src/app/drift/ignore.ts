import { AtkError } from "../../core/errors.ts";
import { addIgnore } from "../../manifest/edit-drift.ts";
import type { Context } from "../context.ts";
import { withManifest, type Inputs } from "../inputs.ts";
import { chooseEdits } from "./choose-edits.ts";
import { dayOf, thisMachine } from "./ignores-here.ts";
import { survey } from "./list-drift.ts";
import type { Answer } from "./promote.ts";

export interface IgnoreRequest {
  readonly ids: readonly string[];
  readonly reason: string | undefined;
  /** `YYYY-MM-DD`, or a number of days such as `30d`; undefined: 30 days. */
  readonly until: string | undefined;
}

export interface IgnoreAnswer extends Answer {
  readonly until: string;
  /** Nobody said how long. */
  readonly isStandard: boolean;
}

export const STANDARD_DAYS = 30;

/**
 * The edits are left alone on this machine until the end of a day. What is there now is meant: when it changes again it is told
 * of again. @throws AtkError E_USAGE for a missing reason or a date that is none or past; E_PLUGIN_NOT_FOUND for ids
 */
export async function prepareIgnore({ ids, reason, until }: IgnoreRequest, context: Context): Promise<IgnoreAnswer> {
  if (reason === undefined || reason.trim() === "")
    throw new AtkError("E_USAGE", "an edit is ignored for a reason, and none was given", {
      hint: '--reason "trying a beta by hand"',
    });
  const edits = await chooseEdits(ids, await survey(context), context);
  const last = lastDay(until, context.host.now());
  const machine = thisMachine(context);
  const { manifestFile } = context.workspace;
  return {
    until: last,
    isStandard: until === undefined,
    notes: [],
    words: {
      selection: { names: [] },
      message: `Ignore ${edits.map(({ id }) => `'${id}'`).join(", ")} until ${last}`,
      filesOnly: true,
      notesEdits: true,
      decisions: {},
      edit: async (inputs: Inputs): Promise<Inputs> => {
        const text = edits.reduce(
          (before, { id: entry }) =>
            addIgnore(before, { entry, reason: reason.trim(), until: last, machine }, manifestFile),
          inputs.manifestText,
        );
        return { ...(await withManifest(inputs, text, context)), ignoredNow: edits.map(({ id }) => id) };
      },
    },
  };
}

const DAY_MS = 86_400_000;

/** @throws AtkError E_USAGE */
function lastDay(text: string | undefined, now: Date): string {
  const days = text === undefined ? STANDARD_DAYS : Number(/^(\d{1,5})d$/.exec(text)?.[1] ?? Number.NaN);
  const day = Number.isNaN(days) ? (text ?? "") : dayOf(new Date(now.getTime() + days * DAY_MS));
  const isDate =
    /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) && dayOf(new Date(Date.parse(day))) === day;
  if (!isDate)
    throw new AtkError(
      "E_USAGE",
      `--until takes a day such as 2026-12-21 or a number of days such as 30d, not ${JSON.stringify(text)}`,
    );
  if (day < dayOf(now)) throw new AtkError("E_USAGE", `--until ${day} is past already`);
  return day;
}
