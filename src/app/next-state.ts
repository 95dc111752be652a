import type { Change } from "../core/plan.ts";
import type { Resource, Shape } from "../core/resource.ts";
import type { FileRecord, Recorded, RecordedFile, State } from "../core/state.ts";
import { providerOf } from "../primitives/providers.ts";
import type { Item } from "./make-plan.ts";

/** What the user decided for one change that needs attention. claim: what is there already, and equal, was handed to atk in so many words. */
export type Resolution = "keep" | "overwrite" | "backup" | "take-over" | "claim";

/** A change that will be done, with what was decided about it. */
export interface Task {
  readonly item: Item;
  readonly resolution: Resolution | undefined;
}

/** Whether other files of a plugin come. */
export function bringsVersion({ item: { change } }: Task): boolean {
  return change.noun === "plugin" && change.verdict === "update";
}

export interface StateParts {
  readonly state: State;
  readonly tasks: readonly Task[];
  readonly files: Readonly<Record<string, FileRecord | undefined>>;
  readonly madeDirectories: readonly string[];
  /** What the state shall know of the edits of others; absent: what it knows. */
  readonly others?: Pick<State, "beside" | "ignored">;
}

/** The state after the tasks were done: a pure fold, so that it can be written together with them. */
export async function nextState({ state, tasks, files, madeDirectories, others }: StateParts): Promise<State> {
  const resources: Record<string, Recorded> = { ...state.resources };
  const shapes: Record<string, Shape> = { ...state.shapes };
  for (const task of tasks) {
    const { item } = task;
    const gone = item.restore === undefined ? item.resource === undefined : item.restore.recorded === undefined;
    if (gone) delete resources[item.key];
    else if (item.restore?.recorded !== undefined) resources[item.key] = item.restore.recorded;
    else if (item.resource !== undefined) resources[item.key] = await recordOf(task, item.resource);
    const shape = item.resource?.shape;
    if (shape !== undefined) shapes[shape.id] = shape;
  }
  return {
    version: 1,
    resources: sorted(resources),
    files: sorted(withoutUndefined({ ...state.files, ...files })),
    directories: [...new Set([...state.directories, ...madeDirectories])].sort(),
    shapes: sorted(shapes),
    ...keptOf(others ?? state),
  };
}

function keptOf({ beside = {}, ignored = {} }: Pick<State, "beside" | "ignored">): Pick<State, "beside" | "ignored"> {
  return {
    ...(Object.keys(beside).length === 0 ? {} : { beside: sorted(beside) }),
    ...(Object.keys(ignored).length === 0 ? {} : { ignored: sorted(ignored) }),
  };
}

async function recordOf({ item, resolution }: Task, resource: Resource): Promise<Recorded> {
  const { change, recorded } = item;
  const files = await filesOf(resource);
  return {
    address: resource.address,
    noun: resource.noun,
    owner: resource.owner,
    agents: resource.agents,
    locator: resource.locator,
    digest: change.after ?? "",
    origin: resolution === "claim" || resource.locator.kind === "timer" ? "created" : originOf(change, recorded),
    ...(resource.sealed === true ? { sealed: true } : {}),
    ...(resource.shape === undefined ? {} : { shape: resource.shape.id }),
    ...(files === undefined ? {} : { files }),
    ...(resource.content.kind === "service" ? { service: resource.content.stop } : {}),
    ...(resource.content.kind === "timer" ? { timer: resource.content.timer } : {}),
    ...undoOf(resource),
  };
}

function undoOf({ content }: Resource): Pick<Recorded, "undo"> {
  if (content.kind !== "command" || content.undo === undefined) return {};
  const { undo: command, cwd, isolation } = content;
  return { undo: { command, cwd, ...(isolation === undefined ? {} : { isolation }) } };
}

function originOf(change: Change, recorded: Recorded | undefined): Recorded["origin"] {
  if (recorded !== undefined) return recorded.origin;
  return change.verdict === "adopt" ? "adopted" : "created";
}

async function filesOf(resource: Resource): Promise<readonly RecordedFile[] | undefined> {
  return providerOf(resource.locator.kind).files?.(resource.content);
}

function withoutUndefined<T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> {
  const kept: Record<string, T> = {};
  for (const [key, value] of Object.entries(record)) if (value !== undefined) kept[key] = value;
  return kept;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
