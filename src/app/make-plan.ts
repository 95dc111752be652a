import { decide, type Observed, type Verdict } from "../core/decide.ts";
import { ERRORS, type ErrorCode } from "../core/error-codes.ts";
import { summarise, type Change, type Plan, type PlanApproval } from "../core/plan.ts";
import { redactText } from "../core/redact.ts";
import { locatorKey, type Noun, type Resource } from "../core/resource.ts";
import type { Recorded, State } from "../core/state.ts";
import type { ClientMap } from "../kinds/client-maps.ts";
import type { Refusal, Remark } from "../kinds/scene.ts";
import { providerOf } from "../primitives/providers.ts";
import { subjectOf, type Subject } from "../primitives/provider.ts";
import type { Locator } from "../core/resource.ts";
import type { Context } from "./context.ts";
import type { Edit } from "../primitives/edit.ts";
import { lookBeside, type Beside } from "./drift/beside.ts";
import { dropItems } from "./drift/drop-items.ts";
import {
  editOf,
  editsBeside,
  isChosen,
  leftAlone,
  summariseInbox,
  type FoundEdit,
  type Ignores,
} from "./drift/find-edits.ts";
import { viewsOf } from "./plan-views.ts";
import type { ExactFile } from "./undo/exact-files.ts";

/** The desired machine: what the manifest means here. */
export interface Desired {
  readonly resources: readonly Resource[];
  readonly refusals: readonly Refusal[];
  readonly notices: readonly Remark[];
  /** Entries that could not be understood; what is recorded for them is left alone. */
  readonly untouchable: ReadonlySet<string>;
  /** Plugins that are on here: a service of theirs that was started by hand is nobody else's business. */
  readonly on?: ReadonlySet<string>;
  readonly inputs: Plan["inputs"];
  /** Where the wired clients keep their servers. */
  readonly maps?: readonly ClientMap[];
  /** Edits of others that are left alone for now. */
  readonly ignores?: Omit<Ignores, "seen">;
  /** What nobody has allowed yet. */
  readonly approvals?: readonly PlanApproval[];
  /** Refuses a change that would be written; without a problem it goes on. */
  readonly limit?: (change: Change) => Change["problem"];
  /** Refuses any change, a deletion too, because nobody is there to look at it. */
  readonly refuse?: (change: Change) => Change["problem"];
  /** What is to be said about the changes that will be written. */
  readonly remarks?: (written: readonly Change[]) => readonly Remark[];
  /** Checked before the first write of an entry that is created or updated: what it lacks on this machine. */
  readonly preflight?: (owner: string, only?: Noun) => Promise<Change["problem"] | undefined>;
}

/** A change together with what apply needs to do it. */
export interface Item {
  readonly change: Change;
  readonly resource: Resource | undefined;
  readonly recorded: Recorded | undefined;
  readonly key: string;
  /** It is put back as it was before a run; see undo/. */
  readonly restore?: Restore;
  /** What is there; absent for what could not be compiled. */
  readonly observed?: Observed;
  /** true: what is there is somebody else's, and a copy of its file is kept before it goes. */
  readonly keepsCopy?: true;
  /** For ignored: the edit that is left alone. */
  readonly edit?: FoundEdit;
}

/** How a resource is put back. */
export interface Restore {
  readonly edits: readonly Edit[];
  /** What is recorded of it then. */
  readonly recorded: Recorded | undefined;
}

export interface PlanWork {
  readonly plan: Plan;
  readonly items: readonly Item[];
  readonly state: State;
  /** Files that are put back as a whole where nobody else was there meanwhile. */
  readonly exact?: readonly ExactFile[];
  /** Edits of others, those that are left alone too; see drift/find-edits.ts. */
  readonly edits: readonly FoundEdit[];
  readonly beside: readonly Beside[];
  readonly ignores: Ignores;
  /** What the state knew of the edits of others before a run that is taken back. */
  readonly earlier?: Pick<State, "beside" | "ignored">;
}

export interface Selection {
  /** Names of manifest entries; empty: all. */
  readonly names: readonly string[];
  /** Of those only these addresses; absent: everything. */
  readonly addresses?: readonly string[];
  /** Edits that are not answered now: nothing of these addresses is written. */
  readonly without?: readonly string[];
  /** Addresses at which somebody else's edit gives way; a copy of the file is kept. */
  readonly overwrite?: readonly string[];
  /** Entries of others, by id, that are taken away. */
  readonly drop?: readonly string[];
  /** Of those only what is this noun; absent: everything. */
  readonly only?: Noun;
  /** Commands that were run already are to be run again. */
  readonly again?: boolean;
}

/**
 * The changes that would make the machine match `desired`, sorted by entry and address.
 * Equal inputs give byte-equal plans. Reads the machine, writes nothing, starts nothing, uses no network.
 */
export async function makePlan(
  desired: Desired,
  state: State,
  context: Context,
  selection: Selection,
): Promise<PlanWork> {
  const wanted = new Map(desired.resources.map((resource) => [locatorKey(resource.locator), resource]));
  const keys = [...new Set([...wanted.keys(), ...Object.keys(state.resources)])];
  const chosen = keys.filter((key) => concerns(key, { wanted, state, desired, selection }));
  const known = await Promise.all(chosen.map((key) => itemFor(key, wanted.get(key), state, context)));
  const compared = (selection.again ? known.map(onceMore) : known).filter((item) => item !== undefined);
  const ignores: Ignores = { byId: new Map(), today: "", ...desired.ignores, seen: state.ignored ?? {} };
  const answered = compared.filter((item) => !isUnanswered(item, selection));
  const items = answered.map((item) => overwritten(leftAlone(item, ignores), selection));
  const refused = desired.refusals.filter((refusal) => concernsRefusal(refusal, selection)).map(refusedItem);
  const managed = (key: string): boolean => wanted.has(key) || Object.hasOwn(state.resources, key);
  const beside = await lookBeside(desired.maps ?? [], { managed, state }, context);
  const dropped = await dropItems(beside, selection.drop ?? [], context);
  const found = [...items, ...refused, ...dropped].sort(byOwnerAndAddress);
  const all = (await withPreflight(found, desired, selection.only)).map((item) => limited(item, desired));
  const changes = all.map((item) => item.change);
  const remarks = desired.remarks?.(all.filter(writes).map(({ change }) => change)) ?? [];
  const said = { ...desired, notices: [...desired.notices, ...remarks] };
  const own = all.map((item) => item.edit ?? editOf(item, ignores)).filter((edit) => edit !== undefined);
  const others = await editsBeside(beside, ignores, context);
  const edits = [...own, ...others.filter((edit) => isChosen(edit, selection.names))];
  return { items: all, state, edits, beside, ignores, plan: planOf({ changes, edits }, said, context, selection) };
}

/** What an entry needs (programs, variables, ports) is asked only when something of it would be written. */
async function withPreflight(
  items: readonly Item[],
  { preflight }: Desired,
  only: Noun | undefined,
): Promise<readonly Item[]> {
  const writing = new Set(items.filter(writes).map((item) => item.change.owner));
  const problems = new Map<string, NonNullable<Change["problem"]>>();
  await Promise.all(
    [...writing].map(async (owner) => {
      const problem = await preflight?.(owner, only);
      if (problem !== undefined) problems.set(owner, problem);
    }),
  );
  return items.map((item) => {
    const problem = writes(item) ? problems.get(item.change.owner) : undefined;
    return problem === undefined ? item : { ...item, change: { ...item.change, verdict: "blocked", problem } };
  });
}

function limited(item: Item, { limit, refuse }: Desired): Item {
  const problem = (writes(item) ? limit?.(item.change) : undefined) ?? refuse?.(item.change);
  return problem === undefined ? item : { ...item, change: { ...item.change, verdict: "blocked", problem } };
}

function writes({ change }: Item): boolean {
  return change.verdict === "create" || change.verdict === "update";
}

interface Findings {
  readonly changes: readonly Change[];
  readonly edits: readonly FoundEdit[];
}

function planOf({ changes, edits }: Findings, desired: Desired, context: Context, selection: Selection): Plan {
  const asked = selection.addresses === undefined ? (desired.approvals ?? []) : [];
  const approvals = asked.filter(({ owner }) => isSelected(owner, selection));
  // Answers to edits tell of those that are answered; the others are not their subject.
  const isAnswer = selection.addresses !== undefined || selection.without !== undefined;
  const inbox = isAnswer ? undefined : summariseInbox(edits);
  const notices = desired.notices.filter((notice) => notice.owner === undefined || isSelected(notice.owner, selection));
  return {
    format_version: "1.0",
    scope: context.workspace.scope,
    manifest: context.workspace.manifestFile,
    inputs: desired.inputs,
    selection: [...selection.names].sort(),
    changes,
    summary: summarise(changes),
    ...(approvals.length === 0 ? {} : { approvals }),
    ...(inbox === undefined ? {} : { inbox }),
    notices,
  };
}

interface Question {
  readonly wanted: ReadonlyMap<string, Resource>;
  readonly state: State;
  readonly desired: Desired;
  readonly selection: Selection;
}

function concerns(key: string, { wanted, state, desired, selection }: Question): boolean {
  const owner = wanted.get(key)?.owner ?? state.resources[key]?.owner ?? "";
  // What one entry leaves another takes over at once: else it would lead to nothing until the next apply.
  if (!isSelected(owner, selection) && !isSelected(state.resources[key]?.owner ?? owner, selection)) return false;
  const address = wanted.get(key)?.address ?? state.resources[key]?.address ?? "";
  if (selection.addresses?.includes(address) === false) return false;
  const noun = wanted.get(key)?.noun ?? state.resources[key]?.noun;
  if (selection.only !== undefined && selection.only !== noun) return false;
  if (wanted.has(key)) return true;
  const recorded = state.resources[key];
  if (desired.untouchable.has(owner)) return false;
  if (recorded?.byHand === true && desired.on?.has(owner) === true) return false;
  return !desired.refusals.some((refusal) => refusal.address === recorded?.address);
}

/** A plugin that is broken as a whole concerns every part of it. */
function concernsRefusal({ owner, noun, whole }: Refusal, selection: Selection): boolean {
  if (selection.addresses !== undefined) return false;
  return isSelected(owner, selection) && (selection.only === undefined || selection.only === noun || whole === true);
}

/** What turns out to be as the manifest says now is taken note of: that changes nothing there. */
function isUnanswered({ change }: Item, { without = [] }: Selection): boolean {
  return without.includes(change.address) && !["adopt", "noop", "forget"].includes(change.verdict);
}

/** Somebody has said that what is there gives way. */
function overwritten(item: Item, { overwrite = [] }: Selection): Item {
  const { problem: _answered, ...change } = item.change;
  const isEdit = change.verdict === "drifted" || change.verdict === "unmanaged";
  if (!isEdit || !overwrite.includes(change.address)) return item;
  const verdict = item.resource === undefined ? "delete" : "update";
  return { ...item, keepsCopy: true, change: { ...change, verdict } };
}

function onceMore(item: Item | undefined): Item | undefined {
  const isDone = item?.change.verdict === "noop" && item.resource?.locator.kind === "command";
  if (item === undefined || !isDone) return item;
  const { summary } = item.resource;
  return {
    ...item,
    change: { ...item.change, verdict: "update", ...(summary === undefined ? {} : { summary: hiddenIn(summary) }) },
  };
}

function hiddenIn(text: string): string {
  return redactText(text, () => "hidden");
}

function isSelected(owner: string, selection: Selection): boolean {
  return selection.names.length === 0 || selection.names.includes(owner);
}

async function itemFor(
  key: string,
  declared: Resource | undefined,
  state: State,
  context: Context,
): Promise<Item | undefined> {
  const recorded = state.resources[key];
  const resource = withFormerKeys(declared, recorded, state);
  const subject = resource === undefined ? removalSubject(recorded, state) : subjectOf(resource, recorded);
  if (subject === undefined) return undefined;
  const provider = providerOf(subject.locator.kind);
  const wanted = resource === undefined ? undefined : provider.wanted(resource.content, resource.shape, context);
  const observed = await provider.observe(subject, context);
  const verdict = forService(decide({ wanted, observed, recorded }), subject);
  const base = resource ?? recorded;
  if (base === undefined) return undefined;
  const isSealed = resource?.sealed === true || recorded?.sealed === true;
  const views = await viewsOf(verdict, { subject, isSealed }, context);
  const summary = verdict === "update" ? await serviceSummary(subject) : undefined;
  return { key, resource, recorded, observed, change: changeOf({ base, verdict, observed, wanted, views, summary }) };
}

/** A service is never made or taken over: it is brought to another state. */
function forService(verdict: Verdict, { locator }: Subject<Locator["kind"]>): Verdict {
  return locator.kind === "service" && verdict === "create" ? "update" : verdict;
}

/** Keys that atk once wrote into an entry (kinds/mcp-server.ts, shapeOf) stay atk's, so that it takes away what it no longer wants. */
function withFormerKeys(
  resource: Resource | undefined,
  recorded: Recorded | undefined,
  state: State,
): Resource | undefined {
  const former = recorded?.shape === undefined ? undefined : state.shapes[recorded.shape];
  const shape = resource?.shape;
  if (resource === undefined || shape === undefined || former?.id.startsWith(`${shape.id} with `) !== true)
    return resource;
  return { ...resource, shape: { ...shape, id: former.id, owned: [...new Set([...shape.owned, ...former.owned])] } };
}

function removalSubject(recorded: Recorded | undefined, state: State): Subject<Locator["kind"]> | undefined {
  if (recorded === undefined) return undefined;
  const shape = recorded.shape === undefined ? undefined : state.shapes[recorded.shape];
  return { locator: recorded.locator, content: undefined, shape, recorded, followsLinks: true };
}

interface ChangeParts {
  readonly base: Resource | Recorded;
  readonly verdict: Verdict;
  readonly observed: Observed;
  readonly wanted: string | undefined;
  readonly views: Change["diff"] | undefined;
  readonly summary: string | undefined;
}

/** `stopped -> running`, or that it has to be started again. */
async function serviceSummary({ content }: Subject<Locator["kind"]>): Promise<string | undefined> {
  if (content?.kind !== "service") return undefined;
  const now = await content.observe();
  const isOld = content.wants === "running" && ["running", "starting", "unhealthy"].includes(now);
  return isOld ? `${now} -> running anew, because what it runs with has changed` : `${now} -> ${content.wants}`;
}

function changeOf({ base, verdict, observed, wanted, views, summary: found }: ChangeParts): Change {
  const problem = observed.state === "blocked" ? asProblem(observed.error) : adviceFor(verdict, base);
  const summary = found ?? ("summary" in base && verdict !== "noop" ? base.summary : undefined);
  return {
    address: base.address,
    noun: base.noun,
    owner: base.owner,
    agents: base.agents,
    verdict,
    locator: base.locator,
    expected: observed.state === "present" ? observed.digest : null,
    after: wanted ?? null,
    ...(summary === undefined ? {} : { summary: hiddenIn(summary) }),
    ...(views === undefined ? {} : { diff: views }),
    ...(problem === undefined ? {} : { problem }),
  };
}

function adviceFor(verdict: Verdict, base: Resource | Recorded): Change["problem"] {
  if (verdict === "drifted") {
    const message = "changed by hand or by another program since atk wrote it";
    return { code: "E_DISAGREES", message, hint: `atk apply ${base.owner} --on-drift keep|overwrite|backup` };
  }
  if (verdict !== "unmanaged") return undefined;
  const message = "something else is there that atk did not write";
  return {
    code: "E_DISAGREES",
    message,
    hint: `atk apply ${base.owner} --take-over (what is there now is kept as a backup)`,
  };
}

/** An error as part of a plan: its place and next step, without its stack. */
export function asProblem(error: {
  code: ErrorCode;
  message: string;
  hint?: string | undefined;
  at?: unknown;
}): NonNullable<Change["problem"]> {
  const hint = error.hint ?? (ERRORS[error.code] as { hint?: string }).hint;
  const at = error.at as NonNullable<Change["problem"]>["at"];
  return {
    code: error.code,
    message: error.message,
    ...(at === undefined ? {} : { at }),
    ...(hint === undefined ? {} : { hint }),
  };
}

function refusedItem(refusal: Refusal): Item {
  const { address, noun, owner, agents, problem } = refusal;
  const locator: Locator = { kind: "command", id: address };
  const change: Change = {
    address,
    noun,
    owner,
    agents,
    verdict: "blocked",
    locator,
    expected: null,
    after: null,
    problem,
  };
  return { change, resource: undefined, recorded: undefined, key: address };
}

const NOUN_ORDER = ["plugin", "install", "mcp_server", "skill", "instruction", "service", "timer"];

export function byOwnerAndAddress(a: Item, b: Item): number {
  return rank(a.change) < rank(b.change) ? -1 : 1;
}

function rank({ owner, noun, address }: Change): string {
  return `${owner}\0${NOUN_ORDER.indexOf(noun)}\0${address}`;
}
