import { quoteForShell } from "../../clients/shell-quote.ts";
import { AtkError } from "../../core/errors.ts";
import type { Locator, Noun, Pointer } from "../../core/resource.ts";
import { findLines } from "../../formats/find-lines.ts";
import type { Context } from "../context.ts";
import { desire, type Wish } from "../desire.ts";
import { readInputs, type Inputs } from "../inputs.ts";
import { makePlan, type PlanWork } from "../make-plan.ts";
import { entryNames } from "../names.ts";
import { readState } from "../state-store.ts";
import { entryAt, type Beside } from "./beside.ts";
import type { Difference } from "./differences.ts";
import { differencesIn, filesOf } from "./edit-values.ts";
import { isChosen, newId, ownerOf, type EditKind, type FoundEdit, type Standing } from "./find-edits.ts";

/** One edit of others as it is listed: what it is, where, since when, and what can be done about it. */
export interface ListedEdit {
  readonly id: string;
  readonly kind: EditKind;
  readonly noun: Noun;
  /** The manifest's entry; absent for what the manifest does not know. */
  readonly owner?: string;
  readonly agents: readonly string[];
  /** The file, or the folder of a plugin or a skill. */
  readonly file: string;
  readonly line?: number;
  /** When the file was written last, ISO 8601: the edit is not newer than that. */
  readonly since?: string;
  readonly differences: readonly Difference[];
  readonly standing: Standing;
  /** What the manifest says about leaving it alone. */
  readonly ignore?: { readonly reason: string; readonly until: string };
  /** The commands that answer it. Without `promote`: the manifest has no words for it. */
  readonly answers: { readonly promote?: string; readonly revert: string; readonly ignore: string };
}

export interface DriftReport {
  readonly scope: "user" | "project";
  readonly manifest: string;
  readonly edits: readonly ListedEdit[];
  /** Ids of entries that stood beside atk's before atk came; they are nobody's edit, and can be promoted. */
  readonly before: readonly string[];
  /** Files in which atk keeps entries and that cannot be read: whether those were edited is not known. */
  readonly unread: readonly UnreadFile[];
}

export interface UnreadFile {
  readonly file: string;
  readonly message: string;
}

/**
 * Every edit that was not atk's, ignored ones too, sorted as the plan is. Writes nothing, starts nothing, uses no network.
 * @throws AtkError E_PLUGIN_NOT_FOUND for a name that is neither an entry nor an edit.
 */
export async function listDrift(names: readonly string[], context: Context): Promise<DriftReport> {
  const { work, inputs } = await survey(context);
  const { plan, edits, beside } = work;
  refuseUnknown(names, work, inputs);
  const chosen = edits.filter((edit) => isChosen(edit, names));
  const lines = await linesOf(chosen, context);
  const before = beside.flatMap(namesBefore);
  return {
    scope: plan.scope,
    manifest: plan.manifest,
    edits: await Promise.all(chosen.map((edit) => listed(edit, lines.get(edit), context))),
    before: names.length === 0 ? before : before.filter((id) => names.includes(id)),
    unread: unreadIn(work, names),
  };
}

function unreadIn({ items }: PlanWork, names: readonly string[]): readonly UnreadFile[] {
  const unread = new Map<string, UnreadFile>();
  for (const { change, observed } of items) {
    const { locator, owner, address } = change;
    const isAsked = names.length === 0 || names.includes(owner) || names.includes(address);
    if (observed?.state !== "blocked" || !isAsked || !("file" in locator)) continue;
    unread.set(locator.file, { file: locator.file, message: observed.error.message });
  }
  return [...unread.values()];
}

/** What was found out about this machine, to list edits and to answer them. */
export interface Survey {
  readonly work: PlanWork;
  readonly inputs: Inputs;
  readonly plugins: Wish["plugins"];
}

/** The plan of everything, as far as it tells of edits. */
export async function survey(context: Context): Promise<Survey> {
  const inputs = await readInputs(context);
  const [{ desired, plugins }, state] = await Promise.all([
    desire(inputs, { readOnly: true, offline: true }, context),
    readState(context.host.files, context.workspace),
  ]);
  const { preflight: _notWritten, ...looking } = desired;
  return { inputs, plugins, work: await makePlan(looking, state, context, { names: [] }) };
}

function namesBefore({ map, names, before }: Beside): readonly string[] {
  return names.filter((name) => before === undefined || before.has(name)).map((name) => newId(map, name));
}

function refuseUnknown(names: readonly string[], { edits, beside, state }: PlanWork, { manifest }: Inputs): void {
  const entries = [...entryNames(manifest), ...Object.values(state.resources).map(({ owner }) => owner)];
  const ids = [...edits.map(({ id }) => id), ...beside.flatMap(namesBefore)];
  const known = new Set([...entries, ...ids, ...edits.flatMap((edit) => (edit.kind === "new" ? [edit.name] : []))]);
  const unknown = names.find((name) => !known.has(name) && !isAddress(name, state));
  if (unknown === undefined) return;
  throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no entry and no foreign edit ${JSON.stringify(unknown)}`, {
    hint: "atk drift --all",
  });
}

/** What was an edit a moment ago and is none any more. */
function isAddress(name: string, { resources }: PlanWork["state"]): boolean {
  return Object.values(resources).some(({ address }) => address === name);
}

async function listed(edit: FoundEdit, line: number | undefined, context: Context): Promise<ListedEdit> {
  const owner = ownerOf(edit);
  const since = await lastWritten(edit, context);
  const { id, kind, ignore, standing } = edit;
  return {
    id,
    kind,
    noun: edit.kind === "new" ? "mcp_server" : edit.item.change.noun,
    ...(owner === undefined ? {} : { owner }),
    agents: edit.kind === "new" ? edit.map.agents : edit.item.change.agents,
    file: edit.kind === "new" ? edit.map.file : placeOf(edit.item.change.locator),
    ...(line === undefined ? {} : { line }),
    ...(since === undefined ? {} : { since }),
    differences: await differencesIn(edit, context),
    standing,
    ...(ignore === undefined ? {} : { ignore: { reason: ignore.reason, until: ignore.until } }),
    answers: answersTo(edit),
  };
}

function answersTo(edit: FoundEdit): ListedEdit["answers"] {
  const { id, kind } = edit;
  const word = quoteForShell(id);
  return {
    ...(hasWords(edit) ? { promote: `atk drift promote ${word}` } : {}),
    revert: `atk drift revert ${word}${kind === "new" ? " --remove" : ""}`,
    ignore: `atk drift ignore ${word} --reason TEXT`,
  };
}

/** The manifest says which servers there are and who gets what; not what is in a skill, an instruction or a plugin. */
function hasWords(edit: FoundEdit): boolean {
  if (edit.kind === "new") return true;
  const { noun } = edit.item.change;
  if (edit.item.resource === undefined) return false;
  return noun === "mcp_server" || (edit.kind === "removed" && noun !== "plugin");
}

function placeOf(locator: Locator): string {
  if ("file" in locator) return locator.file;
  return "directory" in locator ? locator.directory : locator.id;
}

async function lastWritten(edit: FoundEdit, context: Context): Promise<string | undefined> {
  const stats = await Promise.all((await filesOf(edit, context)).map((file) => context.look.stat(file)));
  const times = stats.flatMap((stat) => (stat === undefined ? [] : [stat.mtimeMs]));
  return times.length === 0 ? undefined : new Date(Math.max(...times)).toISOString();
}

/** Every file with an edit in it is parsed once for all of its lines. */
async function linesOf(edits: readonly FoundEdit[], context: Context): Promise<ReadonlyMap<FoundEdit, number>> {
  const byFile = new Map<string, { edit: FoundEdit; at: Extract<Locator, { kind: "fragment" }> }[]>();
  const lines = new Map<FoundEdit, number>();
  for (const edit of edits) {
    const locator = edit.kind === "new" ? entryAt(edit.map, edit.name) : edit.item.change.locator;
    if (locator.kind === "fragment" && edit.kind !== "removed") {
      const places = byFile.get(locator.file) ?? [];
      places.push({ edit, at: locator });
      byFile.set(locator.file, places);
    }
    if (locator.kind === "block" && edit.kind !== "removed") {
      const line = await blockLine(locator, context);
      if (line !== undefined) lines.set(edit, line);
    }
  }
  for (const [file, places] of byFile) {
    const text = await context.look.text(file);
    const [first] = places;
    if (text === undefined || first === undefined) continue;
    const pointers: readonly Pointer[] = places.map(({ at }) => at.at);
    const found = await findLines(first.at.format, text, pointers);
    for (const [index, { edit }] of places.entries()) {
      const line = found[index];
      if (line !== undefined) lines.set(edit, line);
    }
  }
  return lines;
}

async function blockLine(
  { file, id }: Extract<Locator, { kind: "block" }>,
  { look }: Context,
): Promise<number | undefined> {
  const text = await look.text(file);
  const { listBlocks } = await import("../../formats/markdown-block.ts");
  return text === undefined ? undefined : listBlocks(text).find((block) => block.id === id)?.line;
}
