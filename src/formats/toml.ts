import { AtkError } from "../core/errors.ts";
import { equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import { valueAt, type DocumentEdit, type DocumentFormat, type EditRequest, type EditResult } from "./document.ts";
import { BOM, lineEnding, placeAt } from "./text.ts";
import { deletions } from "./toml-delete.ts";
import { layoutOf, lineEnd, samePath, startsWith, type Layout } from "./toml-nodes.ts";
import { parseToml } from "./toml-parse.ts";
import { printKey, printTable, printValue } from "./toml-print.ts";
import { splice, type Splice } from "./toml-splice.ts";

/** TOML, edited in place. New maps are written as tables behind the last table of the same family, or at the end. */
export const toml: DocumentFormat = {
  id: "toml",
  parse: parseToml,
  edit,
};

type Path = readonly string[];
type SetEdit = { readonly at: Path; readonly value: Json };

/** TOML needs no records: what an edit adds is told from what was there by its layout. */
function edit({ text, edits, made, file }: EditRequest): EditResult {
  const mark = text.startsWith(BOM) ? BOM : "";
  const before = text.slice(mark.length);
  const data = parseToml(before, file) ?? {};
  const intent = edits.reduce<Json>((model, each) => applied(model, each, file), data);
  const after = mark + perform(before, edits, file);
  if (equal(withoutEmpty(parseToml(after, file) ?? {}), withoutEmpty(intent))) return { text: after, made };
  throw new AtkError("E_SHAPE", `${file}: atk cannot make this edit safely in the way the file is written`, {
    at: { file },
    hint: "write the entry as a [table] of its own, or make the edit by hand",
  });
}

function perform(text: string, edits: readonly DocumentEdit[], file: string): string {
  const removed = edits.filter((each) => each.op === "delete").map((each) => pathOf(each, file));
  let result = removed.length === 0 ? text : splice(text, deletions(layoutOf(text), removed));
  let rest: readonly SetEdit[] = edits.flatMap((each) => (each.op === "set" ? [{ at: pathOf(each, file), value: each.value }] : []));
  while (rest.length > 0) {
    const layout = layoutOf(result);
    const data = parseToml(result, file) ?? {};
    const fresh = rest.filter((each) => isFreshTable(each, layout, data));
    if (fresh.length > 0) {
      result = appendTables(layout, fresh);
      rest = rest.filter((each) => !fresh.includes(each));
      continue;
    }
    const [first, ...others] = rest;
    if (first !== undefined) result = setOne(result, first, { layout, data, file });
    rest = others;
  }
  return result;
}

function pathOf({ at }: DocumentEdit, file: string): Path {
  return at.map((key) => {
    if (typeof key === "string") return key;
    throw new AtkError("E_SHAPE", `${file}: TOML lists of tables are not edited by atk`, { at: { file } });
  });
}

/** A map that is nowhere yet, in a place where a [table] can be written. */
function isFreshTable({ at, value }: SetEdit, { entries }: Layout, data: Json): boolean {
  if (!isObject(value) || Object.keys(value).length === 0 || valueAt(data, at) !== undefined) return false;
  return !entries.some((entry) => entry.path.length < at.length && startsWith(at, entry.path));
}

function appendTables(layout: Layout, fresh: readonly SetEdit[]): string {
  const eol = lineEnding(layout.text);
  const places = fresh.map((each): Splice => {
    const block = printTable(each.at, each.value as JsonObject, eol);
    return insertion(layout, placeFor(layout, each.at), { block, eol });
  });
  return splice(layout.text, joinAtEnd(places, layout.text, eol));
}

/** Behind the last table of the same family; else at the end. */
function placeFor({ tables, text }: Layout, at: Path): number {
  const family = tables.filter((table) => startsWith(table.path, at.slice(0, -1)) && at.length > 1);
  return family.at(-1)?.end ?? text.length;
}

function insertion({ text }: Layout, at: number, { block, eol }: { readonly block: string; readonly eol: string }): Splice {
  if (text === "") return { start: 0, end: 0, text: block + eol };
  if (at === text.length && !text.endsWith("\n")) return { start: at, end: at, text: eol + eol + block };
  return { start: at, end: at, text: eol + block + eol };
}

/** Several blocks in an empty text are separated like anywhere else. */
function joinAtEnd(places: readonly Splice[], text: string, eol: string): readonly Splice[] {
  return text === "" ? places.map((each, index) => (index === 0 ? each : { ...each, text: eol + each.text })) : places;
}

interface Setting {
  readonly layout: Layout;
  readonly data: Json;
  readonly file: string;
}

function setOne(text: string, { at, value }: SetEdit, setting: Setting): string {
  const { layout, data, file } = setting;
  const found = valueAt(data, at);
  if (equal(found, value)) return text;
  const entry = layout.entries.find((each) => samePath(each.path, at));
  const inside = found !== undefined && isObject(found) && isObject(value);
  if (inside && (entry === undefined || entry.node.value.type === "TOMLInlineTable")) return setMembers(text, { at, found, value }, file);
  if (entry !== undefined) {
    const [start, end] = entry.node.value.range;
    return splice(text, [{ start, end, text: printValue(value) }]);
  }
  if (found !== undefined) {
    const cleared = splice(text, deletions(layout, [at]));
    return perform(cleared, [{ op: "set", at, value }], file);
  }
  return addMember(text, { at, value }, setting);
}

function setMembers(text: string, { at, found, value }: { at: Path; found: JsonObject; value: JsonObject }, file: string): string {
  const gone = Object.keys(found).filter((key) => !Object.hasOwn(value, key));
  const edits: DocumentEdit[] = gone.map((key) => ({ op: "delete", at: [...at, key] }));
  for (const [key, member] of Object.entries(value)) {
    if (member !== null && !equal(found[key], member)) edits.push({ op: "set", at: [...at, key], value: member });
  }
  return perform(text, edits, file);
}

/** A key that is not there yet, beside its siblings. */
function addMember(text: string, { at, value }: SetEdit, { layout, file }: Setting): string {
  const eol = lineEnding(text);
  const parent = at.slice(0, -1);
  const key = at.at(-1) ?? "";
  const inline = layout.entries.find((each) => samePath(each.path, parent) && each.node.value.type === "TOMLInlineTable");
  if (inline?.node.value.type === "TOMLInlineTable") return splice(text, [inlineInsertion(inline.node.value, `${printKey(key)} = ${printValue(value)}`)]);
  const above = layout.entries.find((each) => each.path.length < at.length && startsWith(at, each.path));
  if (above !== undefined && above.node.value.type !== "TOMLInlineTable") throw notAMap(text, above.path, above.node.range[0], file);
  const table = layout.tables.find((each) => samePath(each.path, parent) && !each.isArray);
  if (table !== undefined) return splice(text, [lineInsertion(text, table.end, `${printKey(key)} = ${printValue(value)}`, eol)]);
  if (parent.length === 0) return splice(text, [topInsertion(layout, `${printKey(key)} = ${printValue(value)}`, eol)]);
  const dotted = layout.entries.filter((each) => startsWith(each.path, parent) && each.inline === undefined).at(-1);
  const owner = dotted === undefined ? undefined : layout.tables.find(({ node }) => node.body.includes(dotted.node));
  if (dotted !== undefined && (owner === undefined || !startsWith(owner.path, parent))) {
    const base = owner?.path.length ?? 0;
    const line = `${at.slice(base).map(printKey).join(".")} = ${printValue(value)}`;
    return splice(text, [lineInsertion(text, lineEnd(text, dotted.node.range[1]), line, eol)]);
  }
  const nested = { [key]: value };
  return appendTables(layout, [{ at: parent, value: nested }]);
}

function lineInsertion(text: string, at: number, line: string, eol: string): Splice {
  const closed = at === 0 || text[at - 1] === "\n";
  return { start: at, end: at, text: closed ? line + eol : eol + line };
}

function topInsertion({ text, tables, entries }: Layout, line: string, eol: string): Splice {
  const top = entries.filter((each) => each.inline === undefined && !tables.some(({ node }) => node.body.includes(each.node))).at(-1);
  const at = top === undefined ? 0 : lineEnd(text, top.node.range[1]);
  return lineInsertion(text, at, line, eol);
}

function inlineInsertion(table: { readonly body: readonly { readonly range: readonly [number, number] }[]; readonly range: readonly [number, number] }, member: string): Splice {
  const last = table.body.at(-1);
  if (last === undefined) return { start: table.range[0], end: table.range[1], text: `{ ${member} }` };
  return { start: last.range[1], end: last.range[1], text: `, ${member}` };
}

function notAMap(text: string, path: Path, offset: number, file: string): AtkError {
  const at = { file, ...placeAt(text, offset) };
  return new AtkError("E_SHAPE", `${file}:${at.line}:${at.column}: ${path.join(".")} is expected to be a table, but is a plain value`, { at, hint: `correct ${path.join(".")} in ${file}` });
}

/** What an edit means for the data. */
function applied(model: Json, each: DocumentEdit, file: string): Json {
  return change(model, pathOf(each, file), each.op === "set" ? each.value : undefined);
}

function change(model: Json, [key, ...rest]: Path, value: Json | undefined): Json {
  if (key === undefined) return value ?? {};
  if (!isObject(model)) return model;
  const { [key]: member, ...others } = model;
  if (rest.length === 0) return value === undefined ? others : { ...model, [key]: withoutNull(value) };
  if (member === undefined && value === undefined) return model;
  return { ...model, [key]: change(member ?? {}, rest, value) };
}

/** A table without keys may stand in the text or not: it says the same. */
function withoutEmpty(value: Json): Json {
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, withoutEmpty(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => !isObject(member) || Object.keys(member).length > 0));
}

function withoutNull(value: Json): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => (member === null ? [] : [[key, withoutNull(member)]])));
}
