/** No node, or no text. */
export const ABSENT = -1;

/** Texts that share their beginnings. Nodes are numbered from 0, the root, in the order of their depth. */
export interface Trie {
  /** The letter that stands for each UTF-16 unit; 0 for all units that are in none of the texts. */
  readonly letters: Uint16Array;
  /** How many letters there are, with 0. */
  readonly width: number;
  readonly parent: Int32Array;
  /** The letter that leads to a node. */
  readonly label: Int32Array;
  readonly firstChild: Int32Array;
  /** The next child of the same parent. */
  readonly sibling: Int32Array;
  readonly depth: Int32Array;
  /** Number of the text that ends in a node. */
  readonly text: Int32Array;
}

export function buildTrie(texts: readonly string[]): Trie {
  const { letters, width } = lettersOf(texts);
  const draft = new Draft();
  texts.forEach((text, index) => draft.insert(text, index, letters));
  return { letters, width, ...draft.byDepth() };
}

function lettersOf(texts: readonly string[]): { letters: Uint16Array; width: number } {
  const letters = new Uint16Array(0x10000);
  let width = 1;
  for (const text of texts) {
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (letters[unit] === 0) letters[unit] = width++;
    }
  }
  return { letters, width };
}

/** The nodes in the order in which they come up. */
class Draft {
  readonly #label = [0];
  readonly #firstChild = [ABSENT];
  readonly #sibling = [ABSENT];
  readonly #text = [ABSENT];

  insert(text: string, number: number, letters: Uint16Array): void {
    let node = 0;
    for (let index = 0; index < text.length; index++) {
      const letter = letters[text.charCodeAt(index)] ?? 0;
      node = this.#child(node, letter) ?? this.#add(node, letter);
    }
    this.#text[node] = number;
  }

  #child(node: number, letter: number): number | undefined {
    let child = this.#firstChild[node] ?? ABSENT;
    while (child !== ABSENT && this.#label[child] !== letter) child = this.#sibling[child] ?? ABSENT;
    return child === ABSENT ? undefined : child;
  }

  #add(parent: number, letter: number): number {
    const node = this.#label.push(letter) - 1;
    this.#sibling.push(this.#firstChild[parent] ?? ABSENT);
    this.#firstChild.push(ABSENT);
    this.#firstChild[parent] = node;
    this.#text.push(ABSENT);
    return node;
  }

  /** The same nodes, numbered anew: a walk in the order of depth meets the children of a node one after the other. */
  byDepth(): Omit<Trie, "letters" | "width"> {
    const count = this.#label.length;
    const blank = (): Int32Array => new Int32Array(count).fill(ABSENT);
    const [old, parent, label, firstChild] = [new Int32Array(count), blank(), new Int32Array(count), blank()];
    const [sibling, depth, text] = [blank(), new Int32Array(count), blank()];
    let known = 1;
    for (let node = 0; node < count; node++) {
      const from = old[node] ?? 0;
      text[node] = this.#text[from] ?? ABSENT;
      let child = this.#firstChild[from] ?? ABSENT;
      if (child !== ABSENT) firstChild[node] = known;
      for (; child !== ABSENT; child = this.#sibling[child] ?? ABSENT) {
        old[known] = child;
        parent[known] = node;
        label[known] = this.#label[child] ?? 0;
        depth[known] = (depth[node] ?? 0) + 1;
        if (this.#sibling[child] !== ABSENT) sibling[known] = known + 1;
        known++;
      }
    }
    return { parent, label, firstChild, sibling, depth, text };
  }
}
