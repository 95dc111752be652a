import { ABSENT, buildTrie, type Trie } from "./text-trie.ts";

/**
 * Finds many texts at once in one pass over any text, however it is cut (Aho and Corasick, "Efficient string matching:
 * an aid to bibliographic search", CACM 18/6, 1975). A state is what has been read: the longest end of it with which
 * one of the texts begins. The first state is 0.
 */
export interface TextAutomaton {
  /** Reads a piece of text from a state on and gives the state after it. */
  read(piece: string, state: number, found: Found): number;
  /** How many of the last characters are the beginning of one of the texts, or all of it. */
  depth(state: number): number;
  /** Numbers of the texts that end in a state, longest first. */
  endings(state: number): readonly number[];
}

/** Told of each place where texts end. `end`: characters of the piece up to there; `length`: of the longest of the texts. */
export type Found = (end: number, length: number, state: number) => void;

/** Entries of the table of whole rows: 2 MiB. It has the states next to the root, where nearly all the time is spent. */
const TABLE_ENTRIES = 1 << 19;

/** Building is linear in the texts (distinct, not empty), reading in what is read. */
export function createTextAutomaton(texts: readonly string[]): TextAutomaton {
  const trie = buildTrie(texts);
  const { letters, width, depth } = trie;
  const rows = Math.min(depth.length, Math.max(1, Math.floor(TABLE_ENTRIES / width)));
  const fail = linkFailures(trie);
  const table = fillTable(trie, fail, rows);
  const next = nextEnding(trie, fail);
  const longest = depth.map((length, state) => (trie.text[state] === ABSENT ? (depth[next[state] ?? 0] ?? 0) : length));

  const endings = new Map<number, readonly number[]>();

  const seek = (from: number, letter: number): number => {
    let state = from;
    while (state >= rows) {
      const child = childOf(trie, state, letter);
      if (child !== ABSENT) return child;
      state = fail[state] ?? 0;
    }
    return table[state * width + letter] ?? 0;
  };
  return {
    read: (piece, start, found) => {
      let state = start;
      for (let index = 0; index < piece.length; index++) {
        const letter = letters[piece.charCodeAt(index)] ?? 0;
        state = state < rows ? (table[state * width + letter] ?? 0) : seek(state, letter);
        const length = longest[state] ?? 0;
        if (length > 0) found(index + 1, length, state);
      }
      return state;
    },
    depth: (state) => depth[state] ?? 0,
    endings: (state) => {
      const found = endings.get(state) ?? endingsOf(trie, next, state);
      endings.set(state, found);
      return found;
    },
  };
}

function childOf({ firstChild, sibling, label }: Trie, state: number, letter: number): number {
  let child = firstChild[state] ?? ABSENT;
  while (child !== ABSENT && label[child] !== letter) child = sibling[child] ?? ABSENT;
  return child;
}

/** For each state the next shorter end of what was read with which a text begins. */
function linkFailures(trie: Trie): Int32Array {
  const { parent, label, depth } = trie;
  const fail = new Int32Array(depth.length);
  for (let state = 1; state < fail.length; state++) {
    if (depth[state] === 1) continue;
    let shorter = fail[parent[state] ?? 0] ?? 0;
    let child = childOf(trie, shorter, label[state] ?? 0);
    while (child === ABSENT && shorter !== 0) {
      shorter = fail[shorter] ?? 0;
      child = childOf(trie, shorter, label[state] ?? 0);
    }
    fail[state] = Math.max(child, 0);
  }
  return fail;
}

/** The next state for each letter, for the first `rows` states. A shorter end is nearer to the root, so its row is there. */
function fillTable({ width, firstChild, sibling, label }: Trie, fail: Int32Array, rows: number): Int32Array {
  const table = new Int32Array(rows * width);
  for (let state = 0; state < rows; state++) {
    const shorter = (fail[state] ?? 0) * width;
    if (state > 0) table.copyWithin(state * width, shorter, shorter + width);
    for (let child = firstChild[state] ?? ABSENT; child !== ABSENT; child = sibling[child] ?? ABSENT)
      table[state * width + (label[child] ?? 0)] = child;
  }
  return table;
}

/** For each state the longest shorter end that is a whole text; 0: none. */
function nextEnding({ text }: Trie, fail: Int32Array): Int32Array {
  const next = new Int32Array(fail.length);
  for (let state = 1; state < next.length; state++) {
    const shorter = fail[state] ?? 0;
    next[state] = text[shorter] === ABSENT ? (next[shorter] ?? 0) : shorter;
  }
  return next;
}

function endingsOf({ text }: Trie, next: Int32Array, state: number): readonly number[] {
  const found: number[] = [];
  for (let at = state; at !== 0; at = next[at] ?? 0) {
    const number = text[at] ?? ABSENT;
    if (number !== ABSENT) found.push(number);
  }
  return found;
}
