import { equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import { insert } from "../formats/yaml-insert.ts";
import { layoutOf } from "../formats/yaml-layout.ts";
import { remove } from "../formats/yaml-remove.ts";
import { set } from "../formats/yaml-set.ts";
import { readYaml } from "./yaml-document.ts";

/** One thing that a manifest says: `plugins/github`, `mcp_servers/files`, `config/auto_push`, `agents`. */
export interface ManifestEntry {
  readonly section: string;
  /** Absent: the section itself is the entry. */
  readonly name?: string;
  readonly value: Json;
}

export type ManifestEntries = ReadonlyMap<string, ManifestEntry>;

const LISTS: ReadonlySet<string> = new Set(["plugins", "registries", "skills", "instructions"]);
const MAPS: ReadonlySet<string> = new Set(["mcp_servers", "config", "policy", "machines", "backups"]);

/** What a manifest's text says, entry by entry; a text that is no manifest says nothing. */
export function manifestEntries(text: string, file: string): ManifestEntries {
  const { data } = readYaml(text, file);
  const entries = isObject(data) ? Object.entries(data).flatMap(([section, value]) => entriesOf(section, value)) : [];
  return new Map(entries.map((entry) => [idOf(entry), entry]));
}

function entriesOf(section: string, value: Json): readonly ManifestEntry[] {
  if (LISTS.has(section) && Array.isArray(value))
    return value.map((item: Json) => ({ section, name: nameOf(item), value: item }));
  if (MAPS.has(section) && isObject(value))
    return Object.entries(value).map(([name, member]) => ({ section, name, value: member }));
  return [{ section, value }];
}

function nameOf(item: Json): string {
  if (typeof item === "string") return item;
  const name = isObject(item) ? (item["name"] ?? item["path"]) : undefined;
  return typeof name === "string" ? name : JSON.stringify(item);
}

export function idOf({ section, name }: Pick<ManifestEntry, "section" | "name">): string {
  return name === undefined ? section : `${section}/${name}`;
}

export interface EntryChange {
  readonly id: string;
  readonly section: string;
  readonly name?: string;
  /** Undefined: it is not there. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** What differs between two manifests, sorted by entry. */
export function entryChanges(before: ManifestEntries, after: ManifestEntries): readonly EntryChange[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  return ids.flatMap((id) => {
    const [from, to] = [before.get(id), after.get(id)];
    const { section, name } = from ?? to ?? { section: id };
    if (equal(from?.value, to?.value)) return [];
    return [{ id, section, ...(name === undefined ? {} : { name }), before: from?.value, after: to?.value }];
  });
}

/**
 * The text with each change made: it says `after` where it said `before`. Everything else keeps its bytes.
 * undefined when an edit would mean something else too (anchors and aliases).
 */
export function withEntries(text: string, changes: readonly EntryChange[], file: string): string | undefined {
  const wanted = new Map(manifestEntries(text, file));
  let edited = text;
  for (const change of changes) {
    const { id, section, name, after } = change;
    edited = withEntry(edited, change, file);
    if (after === undefined) wanted.delete(id);
    else wanted.set(id, { section, ...(name === undefined ? {} : { name }), value: after });
  }
  return entryChanges(manifestEntries(edited, file), wanted).every(isEmpty) ? edited : undefined;
}

/** A section that lost its last entry says `[]` or `{}`. */
function isEmpty({ after, before }: EntryChange): boolean {
  return after === undefined && before !== undefined && isBlank(before);
}

function isBlank(value: Json): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function withEntry(text: string, change: EntryChange, file: string): string {
  const { section, name, before, after } = change;
  if (name === undefined) {
    if (after === undefined) return remove(layoutOf(text), [], section);
    return set(text, { path: [], key: section, before, after });
  }
  return LISTS.has(section) ? withItem(text, change, file) : withMember(text, change, name);
}

function withMember(text: string, { section, before, after }: EntryChange, name: string): string {
  if (after === undefined) return remove(layoutOf(text), [section], name);
  if (before === undefined) return insert(layoutOf(text), [section], { key: name, value: after });
  return set(text, { path: [section], key: name, before, after });
}

function withItem(text: string, { section, name, before, after }: EntryChange, file: string): string {
  const { data } = readYaml(text, file);
  const list = isObject(data) && Array.isArray(data[section]) ? (data[section] as readonly Json[]) : [];
  const at = list.findIndex((item) => nameOf(item) === name);
  if (at === -1) return after === undefined ? text : insert(layoutOf(text), [section], { value: after });
  if (isObject(before) && isObject(after)) return withFields(text, [section, at], before, after);
  const without = remove(layoutOf(text), [section], at);
  return after === undefined ? without : insert(layoutOf(without), [section], { value: after });
}

function withFields(text: string, path: readonly (string | number)[], before: JsonObject, after: JsonObject): string {
  let edited = text;
  for (const [key, value] of Object.entries(after))
    edited = set(edited, { path, key, before: Object.hasOwn(before, key) ? before[key] : undefined, after: value });
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return gone.reduce((left, key) => remove(layoutOf(left), path, key), edited);
}
