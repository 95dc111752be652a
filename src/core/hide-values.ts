import { createTextAutomaton, type TextAutomaton } from "./text-automaton.ts";
import { asByteText, valueForms } from "./value-forms.ts";

/** Stands where a value was. */
export const HIDDEN = "(hidden)";

/**
 * Takes known values out of texts, in every form in which they may come (`valueForms`). What overlaps is hidden as one,
 * so nothing is left of either value.
 */
export interface Hider {
  /** A whole text. */
  text(text: string): string;
  /** A text that comes in chunks, cut anywhere. */
  stream(): HideStream;
  /** The same for texts with one character (U+0000 to U+00FF) for each byte: what is not UTF-8 stays as it is. */
  byteStream(): HideStream;
}

export interface HideStream {
  /** What can be shown by now. Held back is only an end that may be the beginning of a value. */
  push(chunk: string): string;
  /** The rest; the stream is at its beginning again. */
  end(): string;
}

/** Building is linear in the values, hiding in the text. The values stay in memory and are never shown. */
export function createHider(values: Iterable<string>): Hider {
  const forms = [...new Set([...values].flatMap(valueForms))];
  if (forms.length === 0) return { text: (text) => text, stream: passOn, byteStream: passOn };
  const automaton = createTextAutomaton(forms);
  const byBytes = once(() => createTextAutomaton(distinctByteTexts(forms)));
  const isAscii = forms.every((form) => /^[\0-\x7f]*$/.test(form));
  return {
    text: (text) => {
      const stream = createStream(automaton);
      return stream.push(text) + stream.end();
    },
    stream: () => createStream(automaton),
    byteStream: () => createStream(isAscii ? automaton : byBytes()),
  };
}

function distinctByteTexts(forms: readonly string[]): readonly string[] {
  return [...new Set(forms.map((form) => asByteText(new TextEncoder().encode(form))))];
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

function passOn(): HideStream {
  return { push: (chunk) => chunk, end: () => "" };
}

/** Counted from the beginning of what is held back; a negative `from` is inside what a shown mark already hides. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function createStream(automaton: TextAutomaton): HideStream {
  let state = 0;
  let held = "";
  let spans: Span[] = [];
  const add = (from: number, to: number): void => {
    let first = from;
    for (let last = spans.at(-1); last !== undefined && last.to > first; last = spans.at(-1)) {
      first = Math.min(first, last.from);
      spans.pop();
    }
    spans.push({ from: first, to });
  };
  /** Nothing that is found later begins before `settled`. */
  const release = (settled: number): string => {
    const done = spans.filter((span) => span.from <= settled);
    const cut = cutOut(held, done, settled);
    spans = spans.slice(done.length).map(({ from, to }) => ({ from: from - cut.used, to: to - cut.used }));
    held = held.slice(cut.used);
    return cut.shown;
  };
  return {
    push: (chunk) => {
      const before = held.length;
      held += chunk;
      state = automaton.read(chunk, state, (end, length) => add(before + end - length, before + end));
      return release(held.length - automaton.depth(state));
    },
    end: () => {
      state = 0;
      return release(held.length);
    },
  };
}

/** A mark is shown as soon as its beginning is settled; a value that overlaps it later needs no other. */
function cutOut(text: string, spans: readonly Span[], settled: number): { shown: string; used: number } {
  const parts: string[] = [];
  let used = 0;
  for (const { from, to } of spans) {
    if (from >= 0) parts.push(text.slice(used, from), HIDDEN);
    used = to;
  }
  parts.push(text.slice(used, Math.max(used, settled)));
  return { shown: parts.join(""), used: Math.max(used, settled) };
}
