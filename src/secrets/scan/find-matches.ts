import type { KnownSecrets, NumberedShape } from "./known-secrets.ts";
import { isPlaceholder } from "./placeholder.ts";

/** A secret in a text; `from` and `to` in UTF-16 units from 0. */
export interface Match {
  readonly rule: string;
  readonly title: string;
  /** Name of the known secret. */
  readonly name?: string;
  readonly from: number;
  readonly to: number;
}

export const KNOWN_RULE = "known-secret";

/**
 * Every secret in a text, in order, none overlapping another. Where several rules fit, a known secret comes before a shape, an
 * earlier beginning before a later one, an earlier shape of the table before a later one. One pass, linear in the text.
 */
export function findMatches(text: string, known: KnownSecrets): readonly Match[] {
  const { automaton, meanings } = known;
  const values: Match[] = [];
  const shapes: (Match & { readonly order: number })[] = [];
  automaton.read(text, 0, (end, _length, state) => {
    for (const number of automaton.endings(state)) {
      const meaning = meanings[number];
      if (meaning === undefined) continue;
      if (meaning.known !== undefined) addValue(values, meaning.known, { from: end - meaning.length, to: end });
      for (const shape of meaning.shapes) {
        const match = matchShape(text, end - meaning.length, { shape, length: meaning.length });
        if (match !== undefined) shapes.push({ ...match, order: shape.order });
      }
    }
  });
  shapes.sort((a, b) => a.from - b.from || a.order - b.order);
  return merge(values, apart(shapes));
}

/** Known secrets that overlap are one, named by the longest of those that begin first. */
function addValue(values: Match[], name: string, span: { from: number; to: number }): void {
  let { from, to } = span;
  let named = name;
  for (let last = values.at(-1); last !== undefined && last.to > from; last = values.at(-1)) {
    if (last.from < from || (last.from === from && last.to >= to)) named = last.name ?? name;
    from = Math.min(from, last.from);
    to = Math.max(to, last.to);
    values.pop();
  }
  values.push({ rule: KNOWN_RULE, title: "known secret", name: named, from, to });
}

function matchShape(
  text: string,
  from: number,
  { shape, length }: { shape: NumberedShape; length: number },
): Match | undefined {
  if (shape.alone === true && !standsAlone(text, from)) return undefined;
  shape.pattern.lastIndex = from;
  const match = shape.pattern.exec(text);
  if (match === null || shape.harmless?.(match) === true) return undefined;
  const [all] = match;
  const secret = match.groups?.["secret"];
  if (isPlaceholder(secret ?? all.slice(length))) return undefined;
  const [begin, end] = match.indices?.groups?.["secret"] ?? [from, from + all.length];
  return { rule: shape.id, title: shape.title, from: begin, to: end };
}

/** `\n`, `%3D` and `\u003d` before it end in a letter or digit, but are not a part of it. */
function standsAlone(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9_-]/.test(text[at - 1] ?? "")) return true;
  return /\\[nrt]$|%[0-9A-Fa-f]{2}$|\\u[0-9A-Fa-f]{4}$/.test(text.slice(Math.max(0, at - 6), at));
}

function apart(matches: readonly Match[]): readonly Match[] {
  let end = 0;
  return matches.filter((match) => {
    if (match.from < end) return false;
    end = match.to;
    return true;
  });
}

/** Both lists are in order and do not overlap in themselves. */
function merge(values: readonly Match[], shapes: readonly Match[]): readonly Match[] {
  let index = 0;
  const free = shapes.filter(({ from, to }) => {
    while ((values[index]?.to ?? Infinity) <= from) index++;
    return (values[index]?.from ?? Infinity) >= to;
  });
  return [...values, ...free].sort((a, b) => a.from - b.from);
}
