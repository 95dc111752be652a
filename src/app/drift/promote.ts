import { AtkError } from "../../core/errors.ts";
import { equal, type JsonObject } from "../../core/json.ts";
import type { Noun } from "../../core/resource.ts";
import { removeIgnores } from "../../manifest/edit-drift.ts";
import type { ChangeRequest } from "../change.ts";
import type { Context } from "../context.ts";
import { withManifest, type Inputs } from "../inputs.ts";
import type { PlanWork } from "../make-plan.ts";
import { overridesFor } from "../machines/overrides.ts";
import { readStore } from "../secret-file.ts";
import { chooseEdits, othersOpen } from "./choose-edits.ts";
import { ownerOf, type FoundEdit } from "./find-edits.ts";
import { isHere } from "./ignores-here.ts";
import { survey } from "./list-drift.ts";
import { promotePluginServer } from "./promote-plugin.ts";
import { promoteRemoved } from "./promote-removed.ts";
import { promoteChanged, promoteNew } from "./promote-server.ts";
import { cannotPromote, type Promoting, type Promotion } from "./promotion.ts";

/** An answer to edits as one change of the machine. */
export interface Answer {
  readonly words: Pick<ChangeRequest, "selection" | "message" | "decisions"> & Partial<ChangeRequest>;
  /** What one should know before saying yes. */
  readonly notes: readonly string[];
}

/**
 * What is there goes into the manifest. All of the edits or none; edits that are not named are left as they are.
 * @throws AtkError E_USAGE, E_PLUGIN_NOT_FOUND for ids; E_SECRET_IN_GIT for secrets in clear; E_DISAGREES for what has no words
 *   in the manifest
 */
export async function preparePromotion(ids: readonly string[], context: Context): Promise<Answer> {
  const found = await survey(context);
  const edits = await chooseEdits(ids, found, context);
  const secrets = await secretNames(context);
  const promoting: Promoting = { survey: found, context, ids: new Set(edits.map(({ id }) => id)), secrets };
  const promotions = await Promise.all(edits.map((edit) => promotionOf(edit, promoting)));
  refuseContradiction(edits, promotions);
  const drop = edits.filter(isLocal).map(({ id }) => id);
  const owners = edits.map((edit) => ownerOf(edit) ?? nameOf(edit));
  const overwrite = edits.flatMap(({ id }, index) => (promotions[index]?.maySpellAnew === true ? [id] : []));
  return {
    notes: promotions.flatMap(({ notes }) => notes),
    words: {
      selection: { names: [...new Set(owners)], without: othersOpen(edits, found), overwrite, drop },
      message: `Promote ${edits.map(({ id }) => `'${id}'`).join(", ")}`,
      edit: (inputs) => edited(inputs, edits, promotions, context),
      check: (work) => refuseDifferent(work, edits),
      // It stands there already, whatever the machine lacks for it.
      unchecked: true,
      decisions: { claims: promoting.ids },
    },
  };
}

/** It moves from its place to where the manifest's entries stand. */
function isLocal(edit: FoundEdit): boolean {
  return edit.kind === "new" && edit.map.project !== undefined;
}

function nameOf(edit: FoundEdit): string {
  return edit.kind === "new" ? edit.name : edit.item.change.owner;
}

async function promotionOf(edit: FoundEdit, promoting: Promoting): Promise<Promotion> {
  if (edit.kind === "new") return promoteNew(edit, promoting);
  const { item } = edit;
  const { noun, owner } = item.change;
  if (item.resource === undefined)
    throw cannotPromote(edit, "the manifest no longer has it", `atk apply ${owner} --on-drift keep lets it go`);
  refuseOverridden(edit, owner, promoting);
  if (edit.kind === "removed") return promoteRemoved(edit, item, promoting);
  const { manifest } = promoting.survey.inputs;
  if (noun === "mcp_server")
    return Object.hasOwn(manifest.servers, owner)
      ? promoteChanged(edit, item, promoting)
      : promotePluginServer(edit, item, promoting);
  const isOwn = !manifest.plugins.some(({ name }) => name === owner);
  const where = isOwn ? `make the same change in ${owner}` : `what a plugin brings is what the lock says`;
  throw cannotPromote(edit, `the manifest says where ${NOUNS[noun] ?? noun} comes from, not what is in it; ${where}`);
}

/** Where `machines` says it for this machine, the entry's own words have no effect here. */
function refuseOverridden(edit: FoundEdit, owner: string, { survey: { inputs }, context }: Promoting): void {
  const isMeant = edit.kind === "removed" ? /^(agents|enabled)$/ : /^(env|headers)\./;
  const override = overridesFor(owner, inputs, context).find(
    ({ field, isOverruled }) => !isOverruled && isMeant.test(field),
  );
  if (override === undefined) return;
  const { machine, field } = override;
  throw cannotPromote(
    edit,
    `on this machine machines.${machine} says ${field} of ${owner}`,
    `change it there: atk machine ${owner} shows where`,
  );
}

const NOUNS: Partial<Record<Noun, string>> = { skill: "a skill", instruction: "an instruction", plugin: "a plugin" };

/** One entry cannot become two things. */
function refuseContradiction(edits: readonly FoundEdit[], promotions: readonly Promotion[]): void {
  const said = new Map<string, { readonly id: string; readonly fields: JsonObject }>();
  for (const [index, edit] of edits.entries()) {
    const declares = promotions[index]?.declares;
    if (declares === undefined) continue;
    const other = said.get(declares.owner);
    if (other !== undefined && !equal(other.fields, declares.fields))
      throw cannotPromote(edit, `${other.id} says something else of ${declares.owner}`, "promote one of them");
    said.set(declares.owner, { id: edit.id, fields: declares.fields });
  }
}

/** Each edit on top of the one before. */
async function edited(
  inputs: Inputs,
  edits: readonly FoundEdit[],
  promotions: readonly Promotion[],
  context: Context,
): Promise<Inputs> {
  let after = await withoutIgnores(inputs, edits, context);
  for (const promotion of promotions) after = await withManifest(after, promotion.edit(after), context);
  return after;
}

/** An answered edit is no longer to be left alone on this machine. */
export async function withoutIgnores(inputs: Inputs, edits: readonly FoundEdit[], context: Context): Promise<Inputs> {
  const ids = new Set(edits.map(({ id }) => id));
  const text = removeIgnores(
    inputs.manifestText,
    (ignore) => ids.has(ignore.entry) && isHere(ignore, inputs, context),
    context.workspace.manifestFile,
  );
  return text === inputs.manifestText ? inputs : withManifest(inputs, text, context);
}

/** The manifest has to mean what stands there; otherwise nothing is written. */
function refuseDifferent({ items }: PlanWork, edits: readonly FoundEdit[]): void {
  for (const edit of edits.filter((each) => !isLocal(each))) {
    const change = items.find((item) => item.change.address === edit.id)?.change;
    if (change === undefined || ["adopt", "noop", "forget", "update"].includes(change.verdict)) continue;
    if (change.verdict === "blocked" && change.problem !== undefined)
      throw cannotPromote(edit, change.problem.message, change.problem.hint);
    throw cannotPromote(edit, "the manifest cannot say exactly what stands there");
  }
}

async function secretNames(context: Context): Promise<ReadonlySet<string>> {
  try {
    return new Set((await readStore(context)).secrets.secrets.keys());
  } catch (error) {
    if (error instanceof AtkError) return new Set();
    throw error;
  }
}
