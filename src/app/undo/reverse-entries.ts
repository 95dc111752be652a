import { equal, type Json } from "../../core/json.ts";
import type { Lock } from "../../manifest/lock.ts";
import { entryChanges, manifestEntries, withEntries, type EntryChange } from "../../manifest/manifest-entries.ts";
import type { Conflict } from "./restore-item.ts";

/** A text of the manifest, or a lock, with what a run changed in it taken back, and what could not be. */
export interface Reversed<T> {
  readonly value: T;
  readonly conflicts: readonly Conflict[];
}

export interface ManifestTexts {
  readonly now: string;
  /** As the run left it. */
  readonly after: string;
  /** As it shall be. */
  readonly before: string;
  readonly file: string;
}

/** The manifest as it was before the run: byte for byte when nobody changed it since, else entry by entry. */
export function reverseManifest({ now, after, before, file }: ManifestTexts): Reversed<string> {
  if (now === after || before === after) return { value: now === after ? before : now, conflicts: [] };
  const present = manifestEntries(now, file);
  const changes = entryChanges(manifestEntries(after, file), manifestEntries(before, file));
  const open = changes.filter(({ id, after: wanted }) => !equal(present.get(id)?.value, wanted));
  const [mine, others] = split(open, ({ id, before: left }) => equal(present.get(id)?.value, left));
  const value = withEntries(now, mine, file);
  const stuck = value === undefined ? mine : [];
  return {
    value: value ?? now,
    conflicts: [...others, ...stuck].map(({ id }) => ({
      address: id,
      file,
      message: others.some((each) => each.id === id) ? "was changed in the manifest since" : "cannot be edited safely",
    })),
  };
}

/** The entries that make `before` what `text` says of them. */
export function withEntriesOf(before: string, changes: readonly EntryChange[], file: string): string {
  return changes.length === 0 ? before : (withEntries(before, changes, file) ?? before);
}

export interface Locks {
  readonly now: Lock;
  readonly after: Lock;
  readonly before: Lock;
  readonly file: string;
}

/** The lock with every entry that the run changed as it was before. */
export function reverseLock({ now, after, before, file }: Locks): Reversed<Lock> {
  const plugins = reverseMap(now.plugins, after.plugins, before.plugins);
  const servers = reverseMap(now.servers ?? {}, after.servers ?? {}, before.servers ?? {});
  const conflicts = [...plugins.others, ...servers.others].map((name) => ({
    address: name,
    file,
    message: "was changed in the lock since",
  }));
  const own = Object.keys(servers.value).length === 0 ? {} : { servers: servers.value };
  return { value: { lockVersion: 1, plugins: plugins.value, ...own }, conflicts };
}

type Entries<T> = Readonly<Record<string, T>>;

function reverseMap<T>(
  now: Entries<T>,
  after: Entries<T>,
  before: Entries<T>,
): { value: Entries<T>; others: string[] } {
  const value: Record<string, T> = { ...now };
  const others: string[] = [];
  for (const name of new Set([...Object.keys(after), ...Object.keys(before)])) {
    if (isSame(after[name], before[name]) || isSame(now[name], before[name])) continue;
    if (!isSame(now[name], after[name])) others.push(name);
    else if (before[name] === undefined) delete value[name];
    else value[name] = before[name];
  }
  return { value, others };
}

function isSame(a: unknown, b: unknown): boolean {
  return equal(a as Json | undefined, b as Json | undefined);
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
