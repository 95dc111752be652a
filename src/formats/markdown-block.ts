import { AtkError } from "../core/errors.ts";
import { fencesOf, linesOf, type Line } from "./markdown-fences.ts";
import { BOM, lineEnding } from "./text.ts";

/** A marked section of a text. */
export interface Block {
  readonly id: string;
  readonly body: string;
  /** 1-based line of the opening marker. */
  readonly line: number;
}

/**
 * The body of a marked section, undefined when there is none. Line endings are "\n" whatever the file uses.
 * Markers inside fenced code blocks are examples, not sections.
 * @throws AtkError E_FORMAT with the line when markers do not pair (end without begin, begin without end, an id twice).
 */
export function readBlock(text: string, id: string): string | undefined {
  return findSections(text).find((section) => section.id === id)?.body;
}

/** All marked sections, in the order of the text. @throws as readBlock. */
export function listBlocks(text: string): readonly Block[] {
  return findSections(text).map(({ id, body, line }) => ({ id, body, line }));
}

/** The text of a body as readBlock gives it back after setBlock: all line endings are "\n", nothing else changes. */
export function blockText(body: string): string {
  return body.replace(/\r\n?/g, "\n");
}

/**
 * The text with a section set to `body`: in its place when it is there, else at the end behind one blank line. An equal body
 * changes no byte. Its lines get the line ending of the file.
 * The layout carries what deleteBlock needs to give the same bytes back: the section ends with a line ending only if the text did.
 * @throws AtkError E_FORMAT as readBlock; or when the body has a marker line itself.
 */
export function setBlock(text: string, id: string, body: string): string {
  const sections = findSections(text);
  const wanted = blockText(body);
  const section = sections.find((found) => found.id === id);
  if (section?.body === wanted) return text;
  refuseMarkers(wanted, id);
  const changed =
    section === undefined
      ? appended(text, { id, body: wanted, eol: sections.at(-1)?.eol ?? lineEnding(text) })
      : replaced(text, section, wanted);
  const others = sections.filter((found) => found.id !== id);
  checkResult(changed, [...others, { id, body: wanted }]);
  return changed;
}

/** The text without a section, and without the blank line that setBlock put before it. @throws as readBlock. */
export function deleteBlock(text: string, id: string): string {
  const section = findSections(text).find((found) => found.id === id);
  if (section === undefined) return text;
  const bom = text.startsWith(BOM) ? BOM.length : 0;
  const atEnd = section.next === text.length && section.end === section.next;
  const before = text.slice(bom, section.start);
  const kept = atEnd ? dropEnding(dropEnding(before, section.eol), section.eol) : dropBlankLine(before, section.eol);
  const from = kept === "" && before === "" ? skipOwnBlankLine(text, section) : section.next;
  return text.slice(0, bom) + kept + text.slice(from);
}

interface Section extends Block {
  readonly start: number;
  /** Offset behind the closing marker, and behind its line ending. */
  readonly end: number;
  readonly next: number;
  /** The line ending of its opening marker. */
  readonly eol: string;
}

const MARKER = /^<!-- atk:(begin|end) (\S+) -->[ \t]*$/;

interface Marker {
  readonly type: string;
  readonly id: string;
  /** Index of its line. */
  readonly at: number;
}

function markerOf(line: string, at: number): Marker | undefined {
  const [, type, id] = MARKER.exec(line) ?? [];
  return type === undefined || id === undefined ? undefined : { type, id, at };
}

function findSections(whole: string): readonly Section[] {
  const bom = whole.startsWith(BOM) ? BOM.length : 0;
  const lines = linesOf(whole.slice(bom)).map((line) => shifted(line, bom));
  const markers = visibleMarkers(lines);
  const sections = new Map<string, Section>();
  for (let at = 0; at < markers.length; at += 2) {
    const [begin, end] = markers.slice(at, at + 2);
    if (begin === undefined) break;
    const { id } = begin;
    if (begin.type === "end") fail(begin.at, `the marker "atk:end ${id}" has no "atk:begin ${id}" before it`);
    if (sections.has(id)) fail(begin.at, `the section "${id}" begins a second time`);
    if (end === undefined) fail(begin.at, `the section "${id}" has no end: "<!-- atk:end ${id} -->" is missing`);
    if (end.type !== "end" || end.id !== id) {
      fail(
        end.at,
        `the section "${id}" (line ${begin.at + 1}) does not end before the marker "atk:${end.type} ${end.id}"`,
      );
    }
    sections.set(id, sectionFrom(whole, lines, { id, at: begin.at, end: end.at }));
  }
  return [...sections.values()];
}

/**
 * The markers that count. Inside a section a fence hides nothing: its text is ours. Elsewhere a fence hides what is in it,
 * unless a section starts in it and ends behind it: then the fence was never closed, and only the text of the section seems to.
 */
function visibleMarkers(lines: readonly Line[]): readonly Marker[] {
  const markers = lines.flatMap((line, at) => markerOf(line.text, at) ?? []);
  if (markers.length === 0) return [];
  const fenceEnd = fencesOf(lines);
  const visible: Marker[] = [];
  for (let at = 0, next = 0; at < lines.length; at += 1) {
    while (next < markers.length && (markers[next]?.at ?? 0) < at) next += 1;
    const marker = markers[next];
    if (marker === undefined) break;
    if (marker.at === at) {
      visible.push(marker);
      const end = marker.type === "begin" ? markers[next + 1] : undefined;
      if (end !== undefined) visible.push(end);
      at = end?.at ?? at;
      continue;
    }
    const close = fenceEnd(at);
    if (close !== undefined && !cutsSection(markers, at, close)) at = close;
  }
  return visible;
}

function cutsSection(markers: readonly Marker[], open: number, close: number): boolean {
  const inside = markers.filter(({ at }) => at > open && at < close);
  const last = inside.at(-1);
  if (last?.type !== "begin") return false;
  const behind = markers.find(({ at, id }) => at > close && id === last.id);
  return behind?.type === "end";
}

function shifted(line: Line, by: number): Line {
  return by === 0 ? line : { text: line.text, start: line.start + by, end: line.end + by, next: line.next + by };
}

function fail(index: number, problem: string): never {
  throw new AtkError("E_FORMAT", `cannot find atk's sections: ${problem} (line ${index + 1})`, {
    at: { file: "", line: index + 1, column: 1 },
    hint: "put the markers back in pairs, or take the whole section out",
  });
}

function sectionFrom(text: string, lines: readonly Line[], found: { id: string; at: number; end: number }): Section {
  const [begin, first, last, end] = [found.at, found.at + 1, found.end - 1, found.end].map((index) => lines[index]);
  if (begin === undefined || end === undefined) throw new RangeError("a section ends outside of its text");
  const body =
    first === undefined || last === undefined ? "" : text.slice(first.start, Math.max(first.start, last.end));
  const place = { start: begin.start, end: end.end, next: end.next, eol: text.slice(begin.end, begin.next) };
  return { id: found.id, body: blockText(body), line: found.at + 1, ...place };
}

function appended(text: string, section: Pick<Section, "id" | "body" | "eol">): string {
  const { eol } = section;
  const block = written(section.id, section.body, eol);
  if (text === "" || text === BOM) return `${text}${block}${eol}`;
  return text.endsWith("\n") ? `${text}${eol}${block}${eol}` : `${text}${eol}${eol}${block}`;
}

function replaced(text: string, section: Section, body: string): string {
  return text.slice(0, section.start) + written(section.id, body, section.eol) + text.slice(section.end);
}

function written(id: string, body: string, eol: string): string {
  const inner = body === "" ? "" : `${body.replaceAll("\n", eol)}${eol}`;
  return `<!-- atk:begin ${id} -->${eol}${inner}<!-- atk:end ${id} -->`;
}

function refuseMarkers(body: string, id: string): void {
  const line = body.split("\n").findIndex((text) => markerOf(text, 0) !== undefined);
  if (line === -1) return;
  throw new AtkError(
    "E_FORMAT",
    `cannot write the section "${id}": line ${line + 1} of its text is itself a marker of atk`,
    {
      hint: "indent that line, or take it out of the instruction",
    },
  );
}

/** A last look before anything is written: every section must be found again as it should be. */
function checkResult(text: string, wanted: readonly Pick<Block, "id" | "body">[]): void {
  const found = new Map(findSections(text).map(({ id, body }) => [id, body]));
  if (found.size === wanted.length && wanted.every(({ id, body }) => found.get(id) === body)) return;
  throw new AtkError("E_FORMAT", "cannot write a section that would be found again", {
    hint: "close the code fences of the file",
  });
}

function dropEnding(text: string, eol: string): string {
  if (text.endsWith(eol)) return text.slice(0, -eol.length);
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

function dropBlankLine(text: string, eol: string): string {
  const shorter = dropEnding(text, eol);
  return shorter === "" || shorter.endsWith("\n") ? shorter : text;
}

/** At the start of a text a section has no blank line before it; the one behind it belongs to the next section of ours. */
function skipOwnBlankLine(text: string, { next, eol }: Section): number {
  const following = text.slice(next);
  return following.startsWith(`${eol}<!-- atk:begin `) ? next + eol.length : next;
}
