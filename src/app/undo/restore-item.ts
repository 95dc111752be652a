import type { Observed, Verdict } from "../../core/decide.ts";
import { isObject, type Json } from "../../core/json.ts";
import type { Locator } from "../../core/resource.ts";
import type { Recorded, State } from "../../core/state.ts";
import { valueAt } from "../../formats/document.ts";
import { providerOf } from "../../primitives/providers.ts";
import type { Subject } from "../../primitives/provider.ts";
import type { Context } from "../context.ts";
import type { Item } from "../make-plan.ts";
import { viewsOf } from "../plan-views.ts";
import { restoreEdits } from "./restore-edits.ts";
import { isNote, restoreNote } from "./restore-note.ts";
import type { TaskRecord } from "./run-record.ts";

/** The machine now, and as it was before the run. */
export interface TwoWorlds {
  readonly now: Context;
  readonly earlier: Context;
  readonly state: State;
}

/** Something that is not as the run left it, and so is nobody's to put back without being told. */
export interface Conflict {
  readonly address: string;
  readonly file?: string;
  readonly message: string;
}

export type Restored =
  | { readonly item: Item }
  | { readonly conflict: Conflict }
  /** Nothing of it is kept: what the manifest says decides (commands, services, what was only taken note of). */
  | "planned";

/** How one resource of a run is put back as it was. Reads both worlds, writes nothing. */
export async function restoreItem(task: TaskRecord, planned: Item | undefined, worlds: TwoWorlds): Promise<Restored> {
  const recorded = task.after ?? task.before;
  if (recorded === null || isPlanned(recorded)) return "planned";
  const subject = subjectOf(recorded, worlds.state);
  const provider = providerOf(recorded.locator.kind);
  const now = await provider.observe(subject, worlds.now);
  if (isNote(task)) {
    const item = restoreNote(task, planned, digestOf(now));
    return item === undefined ? "planned" : { item };
  }
  const before = subjectOf(task.before ?? recorded, worlds.state);
  const earlier = await provider.observe(before, worlds.earlier);
  if (now.state === "blocked") return { conflict: conflictOf(task, recorded, now.error.message) };
  if (digestOf(now) !== leftBy(task) && digestOf(now) !== digestOf(earlier))
    return { conflict: conflictOf(task, recorded, sayChanged(now, task)) };
  return { item: await itemOf({ task, recorded, subject, now: digestOf(now), earlier: digestOf(earlier) }, worlds) };
}

function isPlanned({ locator }: Recorded): boolean {
  return locator.kind === "command" || locator.kind === "service";
}

function subjectOf(recorded: Recorded, { shapes }: State): Subject<Locator["kind"]> {
  const shape = recorded.shape === undefined ? undefined : shapes[recorded.shape];
  return { locator: recorded.locator, content: undefined, shape, recorded, followsLinks: true };
}

function leftBy({ left, after }: TaskRecord): string | null {
  return left ?? after?.digest ?? null;
}

function digestOf(observed: Observed): string | null {
  return observed.state === "present" ? observed.digest : null;
}

function conflictOf({ address }: TaskRecord, { locator }: Recorded, message: string): Conflict {
  if ("file" in locator) return { address, file: locator.file, message };
  return locator.kind === "tree" ? { address, file: locator.directory, message } : { address, message };
}

function sayChanged(now: Observed, { after }: TaskRecord): string {
  if (now.state === "absent") return "was taken away since";
  return after === null ? "was put there again since" : "was changed since";
}

interface Parts {
  readonly task: TaskRecord;
  readonly recorded: Recorded;
  readonly subject: Subject<Locator["kind"]>;
  readonly now: string | null;
  readonly earlier: string | null;
}

async function itemOf({ task, recorded, subject, now, earlier }: Parts, worlds: TwoWorlds): Promise<Item> {
  const { address, noun, owner, agents, key } = task;
  const verdict: Verdict = earlier === null ? "delete" : now === null ? "create" : "update";
  const isSealed = task.before?.sealed === true || task.after?.sealed === true;
  const content = await earlierContent(subject, worlds.earlier);
  const diff = await viewsOf(verdict, { subject: { ...subject, content }, isSealed }, worlds.now);
  const { locator } = recorded;
  return {
    key,
    resource: undefined,
    recorded: worlds.state.resources[key],
    restore: {
      edits: await restoreEdits({ task, subject, hasChanged: now !== earlier }, worlds),
      recorded: task.before ?? undefined,
    },
    change: {
      address,
      noun,
      owner,
      agents,
      verdict,
      locator,
      expected: now,
      after: earlier,
      ...(diff === undefined ? {} : { diff }),
    },
  };
}

/** What stood there, for showing. */
async function earlierContent({ locator }: Subject<Locator["kind"]>, { look }: Context): Promise<SubjectContent> {
  if (locator.kind === "fragment") {
    const value: Json | undefined = valueAt(await look.data(locator.file, locator.format), locator.at);
    return isObject(value) ? { kind: "fragment", value } : undefined;
  }
  if (locator.kind !== "block") return undefined;
  const text = await look.text(locator.file);
  const { readBlock } = await import("../../formats/markdown-block.ts");
  const body = text === undefined ? undefined : readBlock(text, locator.id);
  return body === undefined ? undefined : { kind: "block", text: body };
}

type SubjectContent = Subject<Locator["kind"]>["content"];
