import { isSecretName } from "./names.ts";
import { SECTIONS, type Section } from "./secrets-file.ts";

/** From the start of a line to that of the next. */
interface Span {
  readonly start: number;
  readonly next: number;
}

/** `  NAME: written` in a section. Offsets count in the text. */
export interface EntryLine extends Span {
  readonly kind: "entry";
  readonly section: Section;
  readonly name: string;
  /** The value as it is written, without the comment behind it. */
  readonly written: string;
  readonly writtenStart: number;
}

/** A section's `name:`, a comment or a blank line. */
export type OtherLine =
  | (Span & { readonly kind: "header"; readonly section: Section; readonly hasComment: boolean })
  | (Span & { readonly kind: "comment" | "blank"; readonly isIndented: boolean });

export type Line = EntryLine | OtherLine;

const HEADER = /^([a-z]+): *(?: #.*)?$/;
const ENTRY = /^ {2}([A-Za-z_][A-Za-z0-9_.-]*): (.*)$/;
const MACHINE = /^(?:age1[02-9a-z]+|\{ key: age1[02-9a-z]+, since: \d{4}-\d\d-\d\d \})(?= *$| +#)/;

/** Plain scalars that YAML can read in one way only. */
const WRITTEN: Readonly<Record<Section, RegExp>> = {
  recipients: MACHINE,
  requests: MACHINE,
  secrets: /^[A-Za-z0-9+/]+={0,2}(?= *$| +#)/,
  rotate: /^[A-Za-z][\w.-]*(?: [\w.;-]+)*(?= *$| +#)/,
};

/**
 * The lines of a text (without byte order mark) that is written as atk writes it, comments and blank lines of a person included; else
 * undefined. It says yes only where YAML means the same, so that the everyday case needs no YAML library.
 */
export function simpleLines(text: string): readonly Line[] | undefined {
  const lines: Line[] = [];
  const seen = new Set<string>();
  let section: Section | undefined;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const next = end === -1 ? text.length : end + 1;
    const line = lineAt(text, { start, next }, section);
    if (line === undefined) return undefined;
    if (line.kind === "header") section = line.section;
    const key = keyOf(line);
    if (key !== undefined && seen.has(key)) return undefined;
    if (key !== undefined) seen.add(key);
    lines.push(line);
    start = next;
  }
  return lines;
}

function lineAt(text: string, span: Span, section: Section | undefined): Line | undefined {
  const line = text.slice(span.start, span.next).replace(/\r?\n$/, "");
  if (/^ *$/.test(line)) return { kind: "blank", isIndented: false, ...span };
  // Other line ends and control characters mean something to YAML that a line reader does not see.
  if (/[\p{Cc}\u2028\u2029\uFEFF]|\p{Surrogate}/u.test(line)) return undefined;
  if (/^ *#/.test(line)) return { kind: "comment", isIndented: line.startsWith(" "), ...span };
  const header = HEADER.exec(line)?.[1];
  const found = SECTIONS.find((name) => name === header);
  if (found !== undefined) return { kind: "header", section: found, hasComment: line.includes("#"), ...span };
  return section === undefined ? undefined : entryIn(line, span, section);
}

function entryIn(line: string, span: Span, section: Section): EntryLine | undefined {
  const [, name, rest] = ENTRY.exec(line) ?? [];
  if (name === undefined || rest === undefined || !isSecretName(name)) return undefined;
  const written = WRITTEN[section].exec(rest)?.[0];
  if (written === undefined || (section === "rotate" && !isPlainText(written))) return undefined;
  return { kind: "entry", section, name, written, writtenStart: span.start + "  : ".length + name.length, ...span };
}

/** A reason of one word could be a word of YAML's. */
const isPlainText = (written: string) => written.includes(" ");

function keyOf(line: Line): string | undefined {
  if (line.kind === "entry") return `${line.section} ${line.name}`;
  return line.kind === "header" ? line.section : undefined;
}
