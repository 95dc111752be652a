import { isAlias, isCollection, isMap, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import type { Document, Node, Pair, YAMLError, YAMLMap } from "yaml";
import type { Json } from "../core/json.ts";
import type { Place, Problem } from "../core/errors.ts";
import { BOM } from "../formats/text.ts";
import { pointerKeys } from "./pointer-text.ts";
import { quote } from "./quote.ts";

/** Which half of a map's member a place is wanted for. */
export type Part = "key" | "value";

export interface YamlDocument {
  /** Undefined for a text without a value (blank, or comments only) and for one that is too broken to have any. */
  readonly data: Json | undefined;
  /** What is wrong with the text as YAML: syntax, duplicate keys, several documents, alias bombs and rings. */
  readonly problems: readonly Problem[];
  /** Where a value (or its key) stands, by JSON pointer; for something that is not there, the nearest thing around it. */
  place(pointer: string, part?: Part): Place;
}

/** More aliases than any manifest has; below what could exhaust memory. */
const MAX_ALIASES = 100;

/** Reads YAML 1.2 (with the merge key `<<`, without tags such as !!timestamp) and keeps going after errors, so that all problems can be told at once. */
export function readYaml(text: string, file: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    resolveKnownTags: false,
    logLevel: "error",
  });
  const hidden = text.startsWith(BOM) ? 1 : 0;
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(line <= 1 ? col - hidden : col, 1) };
  };
  const place = (pointer: string, part: Part = "value"): Place => ({
    ...at(offsetOf(document, pointer, part)),
    pointer,
  });
  const syntax = firstPerLine(document.errors.map((error) => syntaxProblem(error, { text, at })));
  const { data, problem } = toData(document, at);
  return { data, problems: problem === undefined ? syntax : [...syntax, problem], place };
}

interface Source {
  readonly text: string;
  readonly at: (offset: number) => Place;
}

function syntaxProblem(error: YAMLError, { text, at }: Source): Problem {
  const [start] = error.pos;
  const place = at(start);
  switch (error.code) {
    case "DUPLICATE_KEY":
      return {
        message: `the key ${keyIn(text, start)} stands twice in one map`,
        at: place,
        hint: "remove one of the two",
      };
    case "MULTIPLE_DOCS":
      return { message: "a second YAML document begins here", at: place, hint: "remove the line `---`" };
    case "TAB_AS_INDENT":
      return { message: "a tab is used as indentation", at: place, hint: "indent with spaces" };
    case "RESOURCE_EXHAUSTION":
      return { message: "it is nested too deeply", at: place };
    default:
      return { message: notYaml(error), at: place };
  }
}

function keyIn(text: string, start: number): string {
  const written = /^["']?([^\s:,{}[\]"']+)/.exec(text.slice(start, start + 100))?.[1];
  return written === undefined ? "there" : quote(written);
}

/** One broken bracket gives many errors on its line; the first tells the cause. */
function firstPerLine(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ message, at }) => {
    const key = message.startsWith("it is nested") ? message : `${at?.line}`;
    return !seen.has(key) && seen.add(key);
  });
}

function toData(document: Document, at: (offset: number) => Place): { data: Json | undefined; problem?: Problem } {
  try {
    const data: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return data === null || data === undefined ? { data: undefined } : { data: withoutRings(data, []) };
  } catch (error) {
    return { data: undefined, problem: dataProblem(error, at(0)) };
  }
}

/** The reader throws plain errors while it unfolds aliases and merges: what the text says cannot be made into data. */
function dataProblem(error: unknown, at: Place): Problem {
  if (error instanceof RingError) return { message: "an anchor contains itself", at };
  if (error instanceof RangeError) return { message: "it is nested too deeply", at };
  if (!(error instanceof Error) || error instanceof TypeError) throw error;
  if (!error.message.startsWith("Excessive")) return { message: notYaml(error), at };
  return {
    message: "its aliases unfold into far too much data (a YAML bomb)",
    at,
    hint: "write the values out",
  };
}

const notYaml = ({ message }: Error) =>
  `not valid YAML: ${lowerFirst(message.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " "))}`;

class RingError extends Error {}

/** The same data, or a RingError: an anchor may contain its own alias. */
function withoutRings(value: unknown, above: readonly unknown[]): Json {
  if (typeof value !== "object" || value === null) return (value ?? null) as Json;
  if (above.includes(value)) throw new RingError();
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((item) => withoutRings(item, inside));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutRings(item, inside)]));
}

function offsetOf(document: Document, pointer: string, part: Part): number {
  const keys = pointerKeys(pointer);
  let node: unknown = document.contents;
  let offset = startOf(node, 0);
  for (const [depth, key] of keys.entries()) {
    const member = memberOf(document, resolved(document, node), key);
    if (member === undefined) return offset;
    const isLast = depth === keys.length - 1;
    node = isPair(member) ? member.value : member;
    const keyOffset = isPair(member) ? startOf(member.key, offset) : offset;
    offset = isLast && part === "key" && isPair(member) ? keyOffset : startOf(node, keyOffset);
  }
  return offset;
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function memberOf(document: Document, node: unknown, key: string): Pair | Node | undefined {
  if (!isCollection(node)) return undefined;
  if (!isMap(node)) return node.items[Number(key)] as Node | undefined;
  return ownMember(node, key) ?? mergedMember(document, node, key);
}

function ownMember(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => String(isScalar(pair.key) ? pair.key.value : pair.key) === key);
}

function mergedMember(document: Document, map: YAMLMap, key: string): Pair | undefined {
  const sources = map.items.filter((pair) => isScalar(pair.key) && String(pair.key.value) === "Symbol(<<)");
  for (const { value } of sources) {
    const source = resolved(document, value);
    if (isMap(source)) return ownMember(source, key);
  }
  return undefined;
}

function startOf(node: unknown, otherwise: number): number {
  return (node as Node | null)?.range?.[0] ?? otherwise;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
