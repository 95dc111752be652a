import { canonical, equal, type Json, type JsonObject } from "../core/json.ts";
import type { Approval, LockedPlugin, LockedServer, RecordedTools } from "../manifest/lock.ts";
import type { Questions } from "./disagree.ts";
import { changedSide, eachOf, mapThree, type Three } from "./three-way.ts";

type Locked = LockedPlugin | LockedServer;

/**
 * One of the entries, never parts of two contents. Where both sides resolved to the same, each may have done something with it
 * since: its approval is the one that was given first, and tools are those that were recorded of it.
 */
export function mergeLocked<T extends Locked>(entries: Three<T>, id: string, questions: Questions): T | undefined {
  const side = changedSide(entries, same);
  if (side !== undefined) return entries[side];
  const { ours, theirs } = entries;
  if (ours !== undefined && theirs !== undefined && same(contentOf(ours), contentOf(theirs))) {
    const tools = mergeTools(eachOf<T, Tools>(entries, toolsOf));
    const approval = mergeApproval(eachOf(entries, (entry) => entry.approval));
    if (tools !== undefined)
      return {
        ...contentOf(ours),
        ...(tools.size === 0 ? {} : asTools(ours, theirs, tools)),
        ...(approval === undefined ? {} : { approval }),
      } as T;
  }
  return questions.settle(id, entries, mapThree<T, Json>(entries, shown));
}

const same = (a: unknown, b: unknown) => equal(a as Json | undefined, b as Json | undefined);

function contentOf(locked: Locked): Locked {
  const { approval: _approval, tools: _tools, ...content } = locked;
  return content as Locked;
}

/** By server; an entry of `servers` is one itself. */
type Tools = ReadonlyMap<string, RecordedTools>;

const ITSELF = "";

function toolsOf({ tools }: Locked): Tools {
  if (tools === undefined) return new Map();
  return isRecorded(tools) ? new Map([[ITSELF, tools]]) : new Map(Object.entries(tools));
}

const isRecorded = (tools: NonNullable<Locked["tools"]>): tools is RecordedTools => typeof tools["digest"] === "string";

function asTools(ours: Locked, theirs: Locked, tools: Tools): { readonly tools: Locked["tools"] } {
  const sample = ours.tools ?? theirs.tools;
  const isOne = sample !== undefined && isRecorded(sample);
  return { tools: isOne ? tools.get(ITSELF) : Object.fromEntries(tools) };
}

/** Undefined when one server's tools were recorded in two ways. */
function mergeTools(tools: Three<Tools>): Tools | undefined {
  const merged = new Map<string, RecordedTools>();
  for (const id of new Set([tools.base, tools.ours, tools.theirs].flatMap((side) => [...(side?.keys() ?? [])]))) {
    const recorded = eachOf(tools, (side) => side.get(id));
    const side = changedSide(recorded, same);
    if (side === undefined) return undefined;
    const found = recorded[side];
    if (found !== undefined) merged.set(id, found);
  }
  return merged;
}

/** Both approved the same content: the one that was first. One that was taken back stays taken back. */
function mergeApproval(approvals: Three<Approval>): Approval | undefined {
  const side = changedSide(approvals, same);
  if (side !== undefined) return approvals[side];
  const { ours, theirs } = approvals;
  if (ours === undefined || theirs === undefined) return approvals.base === undefined ? (ours ?? theirs) : undefined;
  const order = (approval: Approval) => `${approval.at} ${canonical(approval as unknown as Json)}`;
  return order(ours) < order(theirs) ? ours : theirs;
}

/** What a person needs to choose. */
function shown(locked: Locked): JsonObject {
  const { version, commit, integrity, imageDigest } = locked as LockedPlugin;
  const { program, tools, approval } = locked as LockedServer;
  const words = {
    version,
    commit,
    integrity,
    imageDigest,
    program,
    tools: isRecordedIn(tools),
    approved_by: approval?.by,
  };
  return Object.fromEntries(Object.entries(words).filter((word): word is [string, string] => word[1] !== undefined));
}

const isRecordedIn = (tools: Locked["tools"]) =>
  tools === undefined ? undefined : canonical(tools as unknown as Json);
