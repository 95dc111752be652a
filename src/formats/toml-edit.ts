import { ParseError } from "toml-eslint-parser";
import { AtkError } from "../core/errors.ts";
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { pointerText, valueAt, type EditRequest, type EditResult, type Made } from "./document.ts";
import { BOM, lineEnding, placeAt } from "./text.ts";
import { additions, type Addition } from "./toml-add.ts";
import { deletions } from "./toml-delete.ts";
import { changesBetween, intended, saysTheSame, tomlEdit, without, type Change, type TomlEdit } from "./toml-intent.ts";
import { layoutOf, samePath, startsWith, type Layout, type Path } from "./toml-nodes.ts";
import { parseToml } from "./toml-parse.ts";
import { printValue } from "./toml-print.ts";
import { splice } from "./toml-splice.ts";

/**
 * Edits a TOML text in place: the data before and after are compared, and each difference becomes one replacement in the text.
 * `made` keeps headers that were written only to hold a key (null), and what stood in an empty inline table (its text).
 * @throws AtkError E_FORMAT for a broken text; E_SHAPE when the edit cannot be made, or would give something else than was meant.
 */
export function editToml(request: EditRequest): EditResult {
  try {
    return edited(request);
  } catch (error) {
    // The parser that knows the places is stricter about tables that are defined twice than the one that gives the data.
    throw error instanceof ParseError ? unsafe(request.file) : error;
  }
}

function edited({ text, edits, made, file }: EditRequest): EditResult {
  const mark = text.startsWith(BOM) ? BOM : "";
  const body = text.slice(mark.length);
  const before = (parseToml(body, file) ?? {}) as JsonObject;
  const tomlEdits = edits.map((each) => tomlEdit(each, file));
  const refuse = (path: Path): AtkError => notATable(body, path, file);
  const meant = tomlEdits.reduce((data, each) => intended(data, each, refuse), before);
  const deleted = tomlEdits.filter(({ op }) => op === "delete");
  const begun = { ...begunBy(tomlEdits, before), ...made };
  const intent = withoutMade(meant, { made: begun, deleted, kept: madeWithComments(body, made) });
  const start = { text: body, made: begun, eol: lineEnding(body), file };
  const draft = perform(start, changesBetween(before, intent), tomlEdits);
  const after = reread(draft.text, file);
  if (!saysTheSame(after, intent, tomlEdits)) throw unsafe(file);
  return { text: mark + draft.text, made: stillThere(draft.made, after) };
}

interface Draft {
  readonly text: string;
  readonly made: Made;
  readonly eol: string;
  readonly file: string;
}

/** Records for the tables on the way to a value that are not there yet. */
function begunBy(edits: readonly TomlEdit[], data: JsonObject): Made {
  const paths = edits.flatMap(({ op, at }) =>
    op === "set" ? at.slice(1).map((_key, depth) => at.slice(0, depth + 1)) : [],
  );
  const missing = paths.filter((path) => valueAt(data, path) === undefined);
  return Object.fromEntries(missing.map((path) => [pointerText(path), null]));
}

/** First away with what is replaced by something of another form, then in, then away: so no table is emptied on the way. */
function perform(draft: Draft, changes: readonly Change[], edits: readonly TomlEdit[]): Draft {
  if (changes.length === 0) return draft;
  const first = layoutOf(draft.text, draft.eol);
  const isValue = ({ path }: Change): boolean => first.entries.some((entry) => samePath(entry.path, path));
  const pathsOf = (wanted: readonly Change[]): readonly Path[] => wanted.map(({ path }) => path);
  const reformed = changes.filter((each) => each.op === "replace" && !isValue(each));
  const put = changes.flatMap((each) => (each.op === "add" || each.op === "replace" ? [each] : []));
  const cleared = takeOut(draft, pathsOf(reformed), []);
  const filled = putIn(cleared, put);
  const gone = changes.filter(({ op }) => op === "remove");
  const left = takeOut(
    filled,
    pathsOf(gone),
    edits.filter(({ op }) => op === "delete"),
  );
  return putIn(left, emptyTables(left, changes, edits));
}

/** A table that is set to `{}` needs a header, if none says that it is there. */
function emptyTables(
  { text, file }: Draft,
  changes: readonly Change[],
  edits: readonly TomlEdit[],
): readonly Addition[] {
  const emptied = changes.filter(
    ({ op, path }) => op === "empty" && edits.some((each) => each.op === "set" && startsWith(path, each.at)),
  );
  if (emptied.length === 0) return [];
  const data = reread(text, file);
  return emptied.filter(({ path }) => valueAt(data, path) === undefined).map(({ path }) => ({ path, value: {} }));
}

function putIn(draft: Draft, put: readonly Addition[]): Draft {
  if (put.length === 0) return draft;
  const layout = layoutOf(draft.text, draft.eol);
  const added: Addition[] = [];
  const replaced = put.flatMap((each) => {
    const entry = layout.entries.find(({ path }) => samePath(path, each.path));
    if (entry === undefined) added.push(each);
    const [start, end] = entry?.node.value.range ?? [0, 0];
    return entry === undefined ? [] : [{ start, end, text: printValue(each.value) }];
  });
  const { splices, headers } = additions(layout, added);
  const records = headers.map((path) => [pointerText(path), null] as const);
  const filled = innerTexts(layout).filter(([path]) => added.some((each) => samePath(each.path.slice(0, -1), path)));
  const inner = filled.map(([path, text]) => [pointerText(path), text] as const);
  return {
    ...draft,
    text: splice(draft.text, [...replaced, ...splices]),
    made: { ...Object.fromEntries([...records, ...inner]), ...draft.made },
  };
}

/** The text between the braces of each empty inline table. */
function innerTexts({ text, entries }: Layout): readonly (readonly [Path, string])[] {
  return entries.flatMap(({ path, node: { value } }) => {
    if (value.type !== "TOMLInlineTable" || value.body.length > 0) return [];
    return [[path, text.slice(value.range[0] + 1, value.range[1] - 1)]] as const;
  });
}

function takeOut(draft: Draft, paths: readonly Path[], deleted: readonly TomlEdit[]): Draft {
  if (paths.length === 0) return draft;
  const layout = layoutOf(draft.text, draft.eol);
  const isGone = (path: Path): boolean => paths.some((each) => startsWith(path, each));
  const headers = layout.tables
    .filter(({ path, start, tail, node }) => {
      const isOurs = draft.made[pointerText(path)] === null && deleted.some(({ at }) => startsWith(at, path));
      const isBare = !layout.comments.some((comment) => comment >= start && comment < tail);
      const own = layout.entries.filter((entry) => node.body.includes(entry.node));
      return isOurs && isBare && own.every((entry) => isGone(entry.path));
    })
    .map(({ path }) => path);
  const innerOf = (path: Path): string => draft.made[pointerText(path)] ?? "";
  const text = splice(draft.text, deletions(layout, { paths, headers, innerOf }));
  const dropped = new Set(headers.map((path) => pointerText(path)));
  const left = Object.entries(draft.made).filter(([pointer]) => !dropped.has(pointer));
  return { ...draft, text, made: Object.fromEntries(left) };
}

interface Pruning {
  readonly made: Made;
  readonly deleted: readonly TomlEdit[];
  readonly kept: ReadonlySet<string>;
}

/** Containers that edits made go with the last member that is deleted from them. */
function withoutMade(data: JsonObject, { made, deleted, kept }: Pruning): JsonObject {
  const isOurs = (path: Path): boolean => made[pointerText(path)] === null && !kept.has(pointerText(path));
  return deleted.reduce((pruned, { at }) => {
    let left = pruned;
    for (let depth = at.length - 1; depth > 0 && isOurs(at.slice(0, depth)); depth -= 1) {
      left = withoutEmptyAt(left, at.slice(0, depth));
    }
    return left;
  }, data);
}

function withoutEmptyAt(data: JsonObject, [key, ...rest]: Path): JsonObject {
  const member: Json | undefined = key !== undefined && Object.hasOwn(data, key) ? data[key] : undefined;
  if (key === undefined || !isObject(member)) return data;
  if (rest.length > 0) return { ...data, [key]: withoutEmptyAt(member, rest) };
  return Object.keys(member).length === 0 ? without(data, key) : data;
}

/** Tables that edits made and people have put a comment into since. */
function madeWithComments(text: string, made: Made): ReadonlySet<string> {
  if (!Object.values(made).includes(null)) return new Set();
  const { tables, comments } = layoutOf(text, "\n");
  const commented = tables.filter(({ start, tail }) => comments.some((at) => at >= start && at < tail));
  return new Set(commented.map(({ path }) => pointerText(path)));
}

/** Records of tables that are gone are dropped, and those of inline tables that are empty again. */
function stillThere(made: Made, data: JsonObject): Made {
  const records = Object.entries(made).filter(([pointer, inner]) => {
    const value = valueAt(data, keysIn(pointer));
    return isObject(value) && (inner === null || Object.keys(value).length > 0);
  });
  return Object.fromEntries(records);
}

function keysIn(pointer: string): Path {
  const segments = pointer.split("/").slice(1);
  return segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function reread(text: string, file: string): JsonObject {
  try {
    return (parseToml(text, file) ?? {}) as JsonObject;
  } catch {
    throw unsafe(file);
  }
}

function unsafe(file: string): AtkError {
  const message = `cannot edit ${file}: in the way it is written, the edit would not give what was meant`;
  const hint = "write the entry as a [table] of its own, or make the edit by hand";
  return new AtkError("E_SHAPE", message, { at: { file }, hint });
}

function notATable(text: string, path: Path, file: string): AtkError {
  const name = path.join(".") || "the document";
  const layout = layoutOf(text, "\n");
  const start =
    layout.entries.find((entry) => samePath(entry.path, path))?.node.range[0] ??
    layout.tables.find((table) => startsWith(table.path, path))?.start ??
    0;
  const at = { file, ...placeAt(text, start), pointer: pointerText(path) };
  const message = `${file}:${at.line}:${at.column}: ${name} is expected to be a table, but is a plain value or a list`;
  return new AtkError("E_SHAPE", message, { at, hint: `correct ${name} in ${file}` });
}
