import { AtkError } from "../core/errors.ts";
import { equal, isObject, type Json } from "../core/json.ts";
import {
  valueAt,
  type DocumentEdit,
  type DocumentFormat,
  type EditRequest,
  type EditResult,
  type Key,
  type Made,
} from "./document.ts";
import { BOM } from "./text.ts";
import { applied } from "./yaml-model.ts";
import { gapBeforeSection, insertAll, type Addition } from "./yaml-insert.ts";
import { containerAt, entryAt, isFlow, layoutOf, type Path } from "./yaml-layout.ts";
import { splice } from "./yaml-lines.ts";
import { parseYaml } from "./yaml-parse.ts";
import { remove } from "./yaml-remove.ts";
import { set } from "./yaml-set.ts";

/** YAML, edited in place: what is not edited keeps its bytes. */
export const yaml: DocumentFormat = { id: "yaml", parse: parseYaml, edit };

type SetEdit = Extract<DocumentEdit, { op: "set" }>;

function edit({ text, edits, made, file }: EditRequest): EditResult {
  const mark = text.startsWith(BOM) ? BOM : "";
  const before = text.slice(mark.length);
  const data = parseYaml(before, file) ?? {};
  if (!isObject(data))
    throw new AtkError("E_SHAPE", `${file} is expected to hold a map`, { at: { file, line: 1, column: 1 } });
  const intent = edits.reduce<Json>(applied, data);
  const removed = removeAll(before, edits, { made, file });
  const result = setAll(removed.text, edits, { made: removed.made, file });
  const after = parseYaml(result.text, file) ?? {};
  if (equal(withoutEmpty(after), withoutEmpty(intent))) return { text: mark + result.text, made: result.made };
  throw new AtkError("E_SHAPE", `${file}: atk cannot make this edit safely in the way the file is written`, {
    at: { file },
    hint: "anchors or unusual spacing may be the reason; make the edit by hand",
  });
}

interface Known {
  readonly made: Made;
  readonly file: string;
}

interface Draft {
  readonly text: string;
  readonly made: Made;
}

/** Takes away; a section that atk began goes with its last entry. */
function removeAll(text: string, edits: readonly DocumentEdit[], { made, file }: Known): Draft {
  let draft: Draft = { text, made };
  for (const { op, at } of edits) {
    if (op !== "delete") continue;
    const found = locate(parseYaml(draft.text, file) ?? {}, at);
    if (found === undefined) continue;
    draft = withoutEmptySection(
      { text: remove(layoutOf(draft.text), found.path, found.key), made: draft.made },
      found.path,
      file,
    );
  }
  return draft;
}

/** In `made`: how an empty section was written before an edit filled it, by its name with this before it. */
const AS_IT_WAS = "empty:";

function withoutEmptySection(draft: Draft, path: Path, file: string): Draft {
  const [section] = path;
  if (path.length !== 1 || typeof section !== "string") return draft;
  const name = `/${section}`;
  const before = draft.made[AS_IT_WAS + name];
  if (typeof before === "string") return asItWas(draft, section, before);
  if (!Object.hasOwn(draft.made, name)) return draft;
  const left = valueAt(parseYaml(draft.text, file), [section]);
  const isEmpty = left === null || (typeof left === "object" && Object.keys(left).length === 0);
  if (!isEmpty) return draft;
  const { [name]: gap, ...made } = draft.made;
  return { text: withoutSection(draft.text, section, gap ?? ""), made };
}

/** `key:` and `key: ~` mean the same as the `key: {}` that taking the last entry away leaves, and were the user's own words. */
function asItWas({ text, made }: Draft, section: string, before: string): Draft {
  const root = containerAt(layoutOf(text), []);
  const entry = root === undefined ? undefined : entryAt(root, section);
  const value = containerAt(layoutOf(text), [section]);
  if (entry?.afterColon === undefined || value === undefined || value.items.length > 0) return { text, made };
  const { [`${AS_IT_WAS}/${section}`]: _restored, ...rest } = made;
  return { text: splice(text, { start: entry.afterColon, end: entry.end, text: before }), made: rest };
}

/** The line of the section, and the line end that had to be added before it. */
function withoutSection(text: string, section: string, gap: string): string {
  const entry = layoutOf(text);
  const root = containerAt(entry, []);
  if (root !== undefined && isFlow(root)) return remove(entry, [], section);
  const only = root?.items.length === 1;
  const line = new RegExp(
    `(^|\\n)${section.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}: ?(\\{\\}|\\[\\])?[ \\t]*(\\r?\\n|$)`,
  );
  const match = line.exec(text);
  if (match === null) return only ? "" : text;
  const start = match.index + (match[1] ?? "").length;
  const end = match.index + match[0].length;
  const before = text.slice(0, start);
  return (gap === "" ? before : before.slice(0, before.length - gap.length)) + text.slice(end);
}

/** New entries of one section are put in together; the others one by one. */
function setAll(text: string, edits: readonly DocumentEdit[], { made, file }: Known): Draft {
  let draft: Draft = { text, made };
  const sets = edits.filter((each) => each.op === "set");
  const fresh = new Map<string, { path: Path; additions: Addition[] }>();
  const data = parseYaml(text, file) ?? {};
  for (const each of sets) {
    if (valueAt(data, each.at) !== undefined || each.at.length < 2) continue;
    const path = pathOf(data, each.at.slice(0, -1));
    const known = fresh.get(JSON.stringify(path)) ?? { path, additions: [] };
    known.additions.push(additionOf(each));
    fresh.set(JSON.stringify(path), known);
  }
  for (const group of fresh.values()) draft = addTo(draft, group, file);
  for (const each of sets) draft = { ...draft, text: setOne(draft.text, each, file) };
  return draft;
}

function addTo({ text, made }: Draft, group: { path: Path; additions: readonly Addition[] }, file: string): Draft {
  const [section] = group.path;
  const begins =
    group.path.length === 1 && typeof section === "string" && valueAt(parseYaml(text, file), [section]) === undefined;
  const gap = gapBeforeSection(text);
  const after = insertAll(text, layoutOf, group);
  return {
    text: after,
    made: begins ? { ...made, [`/${section}`]: gap } : { ...made, ...emptyBefore(text, group.path) },
  };
}

/** How a section without a value is written: nothing or `~` after its colon. */
function emptyBefore(text: string, path: Path): Made {
  const [section] = path;
  if (path.length !== 1 || typeof section !== "string") return {};
  const root = containerAt(layoutOf(text), []);
  const entry = root === undefined ? undefined : entryAt(root, section);
  if (entry?.afterColon === undefined || containerAt(layoutOf(text), [section]) !== undefined) return {};
  return { [`${AS_IT_WAS}/${section}`]: text.slice(entry.afterColon, entry.end) };
}

function additionOf({ at, value }: SetEdit): Addition {
  const key = at.at(-1);
  if (typeof key === "object") return { value: { [key.by]: key.is, ...(isObject(value) ? value : {}) } };
  return { key: key ?? "", value };
}

function setOne(text: string, { at, value }: SetEdit, file: string): string {
  const data = parseYaml(text, file) ?? {};
  const found = valueAt(data, at);
  const key = at.at(-1);
  if (equal(found, value) || key === undefined) return text;
  if (typeof key === "string")
    return set(text, { path: pathOf(data, at.slice(0, -1)), key, before: found, after: value });
  if (!isObject(found) || !isObject(value)) return text;
  const wanted = { [key.by]: key.is, ...value };
  const gone = Object.keys(found).filter((name) => !Object.hasOwn(wanted, name));
  const item = pathOf(data, at);
  const cleared = gone.reduce((now, name) => remove(layoutOf(now), item, name), text);
  return Object.entries(wanted).reduce(
    (now, [name, member]) => set(now, { path: item, key: name, before: found[name], after: member }),
    cleared,
  );
}

/** A pointer with its selectors as positions. */
function pathOf(data: Json, at: readonly Key[]): Path {
  const path: (string | number)[] = [];
  for (const [depth, key] of at.entries()) {
    if (typeof key === "string") path.push(key);
    else path.push(positionOf(valueAt(data, at.slice(0, depth)), key));
  }
  return path;
}

function positionOf(list: Json | undefined, key: Exclude<Key, string>): number {
  return Array.isArray(list) ? list.findIndex((item) => isObject(item) && item[key.by] === key.is) : -1;
}

function locate(data: Json, at: readonly Key[]): { readonly path: Path; readonly key: string | number } | undefined {
  if (valueAt(data, at) === undefined) return undefined;
  const whole = pathOf(data, at);
  const key = whole.at(-1);
  return key === undefined ? undefined : { path: whole.slice(0, -1), key };
}

/** An empty section may stand in the text or not: it says the same. */
function withoutEmpty(value: Json): Json {
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, withoutEmpty(member)] as const);
  return Object.fromEntries(
    members.filter(
      ([, member]) => member !== null && !(typeof member === "object" && Object.keys(member).length === 0),
    ),
  );
}
