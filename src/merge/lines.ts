import { BOM } from "../formats/text.ts";
import { mergeWord } from "./three-way.ts";

/** A text without what its bytes add to its lines. */
export interface Lines {
  /** Ended by "\n", also the last, and without a byte order mark. */
  readonly body: string;
  readonly eol: string;
  readonly hasLastEnd: boolean;
  readonly mark: string;
}

export function toLines(text: string): Lines {
  const mark = text.startsWith(BOM) ? BOM : "";
  const rest = text.slice(mark.length);
  const eol = rest.includes("\r\n") ? "\r\n" : "\n";
  const body = rest.replaceAll("\r\n", "\n");
  const hasLastEnd = body === "" || body.endsWith("\n");
  return { body: hasLastEnd ? body : `${body}\n`, eol, hasLastEnd, mark };
}

export interface BothLines {
  readonly base: Lines | undefined;
  readonly ours: Lines;
  readonly theirs: Lines;
}

/** The merged body with the line ends, the last line's end and the byte order mark that the sides agree on. */
export function fromLines(body: string, { base, ours, theirs }: BothLines): string {
  const word = (of: (lines: Lines) => string) =>
    mergeWord({ base: base === undefined ? undefined : of(base), ours: of(ours), theirs: of(theirs) });
  const eol = word((lines) => lines.eol);
  const hasLastEnd = word((lines) => (lines.hasLastEnd ? "yes" : "")) === "yes";
  const whole = hasLastEnd ? body : body.replace(/\n$/, "");
  return word((lines) => lines.mark) + (eol === "\n" ? whole : whole.replaceAll("\n", eol));
}
