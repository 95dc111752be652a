import type { Json } from "../core/json.ts";

/** A list or map in block style as text: its entries with their comments. All lines are without the indentation of the block. */
export interface Block {
  readonly kind: "map" | "seq";
  /** Columns deeper than the block around it. */
  readonly indent: number;
  readonly members: readonly Member[];
}

export interface Member {
  /** Key in a map, name or path in a list. */
  readonly id: string;
  /** Comments and blank lines above it. */
  readonly lead: readonly string[];
  /** A value as it is written (maybe several lines), or what stands before its block: `plugins:`, `- `. */
  readonly head: string;
  /** The comment behind it, with the blanks before. */
  readonly trail: string;
  /** Comments below it that are indented deeper. */
  readonly tail: readonly string[];
  readonly inner: Block | undefined;
  /** The block begins in the line of its head. */
  readonly isInline: boolean;
  /** In the long form, see `normalManifest`. */
  readonly data: Json;
}

/** A whole file: what stands above its first entry, the entries, what stands below the last. */
export interface Sheet {
  readonly header: readonly string[];
  readonly block: Block;
  readonly footer: readonly string[];
}

export const EMPTY_SHEET: Sheet = { header: [], block: { kind: "map", indent: 0, members: [] }, footer: [] };

export function printSheet({ header, block, footer }: Sheet): string {
  return [...header, ...printBlock(block, ""), ...footer].map((line) => `${line}\n`).join("");
}

function printBlock({ indent, members }: Block, around: string): readonly string[] {
  const pad = around + " ".repeat(indent);
  return members.flatMap((member) => printMember(member, pad));
}

function printMember(member: Member, pad: string): readonly string[] {
  const above = indented(member.lead, pad);
  const below = indented(member.tail, pad);
  const [first = "", ...rest] = member.head.split("\n");
  if (member.inner === undefined) {
    const lines = [pad + first, ...indented(rest, pad)];
    const last = lines.pop() ?? "";
    return [...above, ...lines, last + member.trail, ...below];
  }
  const inner = printBlock(member.inner, pad);
  const begin = inner[0]?.trimStart() ?? "";
  if (member.isInline && !begin.startsWith("#") && begin !== "")
    return [...above, pad + first + begin, ...inner.slice(1), ...below];
  return [...above, (pad + first).trimEnd() + member.trail, ...inner, ...below];
}

function indented(lines: readonly string[], pad: string): readonly string[] {
  return lines.map((line) => (line === "" ? line : pad + line));
}
