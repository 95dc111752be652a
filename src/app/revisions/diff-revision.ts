import { equal, isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Plan } from "../../core/plan.ts";
import { redact } from "../../core/redact.ts";
import { parseLock } from "../../manifest/lock-file.ts";
import type { Lock } from "../../manifest/lock.ts";
import { entryChanges, manifestEntries } from "../../manifest/manifest-entries.ts";
import type { Context } from "../context.ts";
import { EMPTY_LOCK, readInputs } from "../inputs.ts";
import { planOnly } from "../plan-only.ts";
import { findRevision, textAt } from "./find-revision.ts";

/** One entry that is not what it was. Values that may be secret are hidden. */
export interface Difference {
  /** `plugins/github`, `config/auto_push`; in the lock `github`. */
  readonly entry: string;
  readonly change: "added" | "removed" | "changed";
  readonly before?: Json;
  readonly after?: Json;
}

export interface RevisionDiff {
  readonly commit: string;
  readonly manifest: readonly Difference[];
  readonly lock: readonly Difference[];
  /** What apply would do on this machine. */
  readonly machine: Plan["summary"];
}

/** What differs between a revision and now, entry by entry, sorted. Reads only. @throws as findRevision; E_LOCK */
export async function diffRevision(revision: string, context: Context): Promise<RevisionDiff> {
  const { manifestFile, lockFile } = context.workspace;
  const found = await findRevision(revision, context);
  const [manifest, lockText, now] = await Promise.all([
    textAt(found, manifestFile),
    textAt(found, lockFile),
    readInputs(context),
  ]);
  const mark = (text: string): string => `#${context.digest(text).slice(0, 6)}`;
  const changes = entryChanges(
    manifestEntries(manifest ?? "", manifestFile),
    manifestEntries(now.manifestText, manifestFile),
  );
  const lock = lockText === undefined ? EMPTY_LOCK : parseLock(lockText, lockFile);
  const { summary } = await planOnly({ selection: { names: [] }, frozen: false }, context);
  return {
    commit: found.commit,
    manifest: changes.map(({ id, before, after }) => differenceOf(id, before, after, mark)),
    lock: lockDifferences(lock, now.lock),
    machine: summary,
  };
}

function differenceOf(
  entry: string,
  before: Json | undefined,
  after: Json | undefined,
  mark: (text: string) => string,
): Difference {
  const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  return {
    entry,
    change,
    ...(before === undefined ? {} : { before: redact(before, mark) }),
    ...(after === undefined ? {} : { after: redact(after, mark) }),
  };
}

function lockDifferences(before: Lock, after: Lock): readonly Difference[] {
  const [from, to] = [entriesOf(before), entriesOf(after)];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return names.flatMap((name) => {
    const [old, now] = [from[name], to[name]];
    return equal(old, now) ? [] : [lockDifference(name, old, now)];
  });
}

function entriesOf({ plugins, servers = {} }: Lock): Readonly<Record<string, Json>> {
  return { ...servers, ...plugins } as unknown as JsonObject as Readonly<Record<string, Json>>;
}

/** Of what changed only the fields that differ: an entry has long lists of files and grants. */
function lockDifference(entry: string, before: Json | undefined, after: Json | undefined): Difference {
  if (!isObject(before) || !isObject(after)) {
    const change = before === undefined ? "added" : "removed";
    return { entry, change, ...withVersion("before", before), ...withVersion("after", after) };
  }
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = fields.filter((field) => !equal(before[field], after[field]));
  const pick = (from: JsonObject): JsonObject =>
    Object.fromEntries(changed.flatMap((field) => (from[field] === undefined ? [] : [[field, from[field]]])));
  return { entry, change: "changed", before: pick(before), after: pick(after) };
}

function withVersion(name: "before" | "after", entry: Json | undefined): Partial<Difference> {
  if (!isObject(entry)) return {};
  const { version, commit, integrity } = entry;
  return { [name]: version ?? commit ?? integrity ?? null };
}
