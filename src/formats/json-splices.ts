import type { EditResult } from "./document.ts";
import { betweenEntries, commentsIn, endOfLineComments, upToLastComment } from "./json-comments.ts";
import { indentAt, layoutsOf, type Layout } from "./json-layout.ts";
import { madeIn, type EditedTree } from "./json-made.ts";
import { printEntry, printValue } from "./json-print.ts";
import { removals } from "./json-removals.ts";
import { FRESH, type Container, type Entry, type JsonTree, type JsonValue } from "./json-tree.ts";
import { lineEnding } from "./text.ts";

/** Puts `text` in the place of [start, end). */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text after the edits: one pass over the edited containers, one join. */
export function writeTree(doc: EditedTree): EditResult {
  const { tree, root } = doc;
  const made = madeIn(doc);
  if (doc.cleared || tree.root === undefined) return { text: fillBlank(doc), made };
  const splices: Splice[] = [];
  if (root === undefined) splices.push({ start: tree.root.start, end: tree.root.end, text: "" });
  else if (root.start === FRESH)
    splices.push({ start: tree.root.start, end: tree.root.end, text: printRoot(root, tree) });
  else if (root.type !== "scalar") new Writer(tree, splices).container(root);
  return { text: applySplices(tree.text, splices), made };
}

function applySplices(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const splice of [...splices].sort((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(from, splice.start), splice.text);
    from = splice.end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}

function fillBlank({ blank = "", root, tree }: EditedTree): string {
  if (root === undefined) return blank;
  const eol = lineEnding(blank);
  const head = upToLastComment(blank);
  return `${head}${head === "" ? "" : eol}${printRoot(root, { ...tree, text: blank })}${eol}`;
}

function printRoot(root: JsonValue, tree: JsonTree): string {
  const layout: Layout = {
    multiline: true,
    indent: "",
    closing: "",
    unit: "  ",
    eol: lineEnding(tree.text),
    colon: ": ",
    gap: " ",
    pad: "",
    listsOnOneLine: tree.listsOnOneLine,
  };
  return printValue(root, layout, "");
}

interface Tail {
  readonly container: Container;
  readonly last: Entry;
  readonly texts: readonly string[];
  readonly layout: Layout;
}

class Writer {
  readonly #tree: JsonTree;
  readonly #splices: Splice[];
  readonly #layoutOf: (container: Container) => Layout;

  constructor(tree: JsonTree, splices: Splice[]) {
    this.#tree = tree;
    this.#splices = splices;
    this.#layoutOf = layoutsOf(tree);
  }

  container(container: Container): void {
    if (!container.dirty) return;
    const layout = this.#layoutOf(container);
    const fresh = container.entries.filter((entry) => entry.start === FRESH && !entry.removed);
    const texts = fresh.map((entry) => printEntry(entry, layout));
    if (container.inner !== undefined) return this.#fill(container, fillEmpty(container.inner, texts, layout));
    const kept = container.entries.filter((entry) => entry.start !== FRESH && !entry.removed);
    for (const entry of kept) this.#value(entry, layout);
    const last = kept.at(-1);
    if (last !== undefined) this.#tail({ container, last, texts, layout });
    else if (texts.length > 0) this.#renew(container, texts, layout);
    else if (commentsIn(betweenEntries(this.#tree.text, container)).length === 0) return this.#fill(container, "");
    const replaced = last === undefined && texts.length > 0 ? container.entries[0] : undefined;
    for (const range of removals(this.#tree, container, replaced)) this.#splices.push({ ...range, text: "" });
  }

  #fill({ start, end }: Container, text: string): void {
    this.#splices.push({ start: start + 1, end: end - 1, text });
  }

  #value(entry: Entry, layout: Layout): void {
    const { value, valueStart: start, valueEnd: end } = entry;
    if (value.start !== FRESH) {
      if (value.type !== "scalar") this.container(value);
      return;
    }
    const old = this.#tree.text.slice(start, end);
    const multiline = /^[[{]\s*[^\s\]}]/.test(old) ? old.includes("\n") : layout.multiline;
    const own = entry.lineStart === FRESH ? undefined : indentAt(this.#tree.text, entry.lineStart);
    const indent = own ?? (layout.multiline ? layout.indent : layout.closing);
    this.#splices.push({ start, end, text: printValue(value, { ...layout, multiline }, indent) });
  }

  /** New entries go behind the last one that stays, and behind the comments on its line. */
  #tail({ container, last, texts, layout }: Tail): void {
    const trailing = hasTrailingComma(container);
    const needsComma = texts.length > 0 || trailing;
    if (needsComma && last.comma === FRESH) this.#splices.push({ start: last.valueEnd, end: last.valueEnd, text: "," });
    if (!needsComma && last.comma !== FRESH) this.#splices.push({ start: last.comma, end: last.comma + 1, text: "" });
    if (texts.length === 0) return;
    const at = endOfLineComments(this.#tree.text, last.comma === FRESH ? last.valueEnd : last.comma + 1);
    const breaks = layout.multiline || this.#tree.lineCommentEnds.has(at);
    const separator = breaks ? layout.eol + layout.indent : layout.gap;
    const text = texts.map((entry) => separator + entry).join(",") + (trailing ? "," : "");
    this.#splices.push({ start: at, end: at, text });
  }

  /** Every entry goes and new ones come: they take the place of the first. */
  #renew(container: Container, texts: readonly string[], layout: Layout): void {
    const first = container.entries[0];
    if (first === undefined) return;
    const separator = layout.multiline ? `,${layout.eol}${layout.indent}` : `,${layout.gap}`;
    const text = texts.join(separator) + (hasTrailingComma(container) ? "," : "");
    this.#splices.push({ start: first.start, end: first.valueEnd, text });
  }
}

/** What was in an empty container, with the new entries behind its comments. */
function fillEmpty(inner: string, texts: readonly string[], layout: Layout): string {
  if (texts.length === 0) return inner;
  const head = upToLastComment(inner);
  if (!layout.multiline) return `${head === "" ? layout.pad : `${head} `}${texts.join(`,${layout.gap}`)}${layout.pad}`;
  const separator = layout.eol + layout.indent;
  return `${head}${separator}${texts.join(`,${separator}`)}${layout.eol}${layout.closing}`;
}

function hasTrailingComma({ entries }: Container): boolean {
  return (entries.findLast((entry) => entry.start !== FRESH)?.comma ?? FRESH) !== FRESH;
}
