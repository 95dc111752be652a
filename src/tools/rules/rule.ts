/** One text of a server that an agent may read. */
export interface Told {
  readonly kind: "name" | "description" | "value";
  /** The beginning of it, see told-texts.ts. */
  readonly text: string;
  /** Of the whole, in UTF-16 units. */
  readonly length: number;
  /** `text` as a model reads it: without characters that cannot be seen, look-alikes as plain letters. */
  readonly plain: string;
  /** The tool or prompt it belongs to; empty for the server's instructions. */
  readonly item: string;
  /** Whether `text` is the name of a tool. */
  readonly isToolName: boolean;
}

/** Everything that is known beside the text. */
export interface Neighbours {
  /** The server's own id, and the names of its tools. */
  readonly server: string;
  readonly ownTools: ReadonlySet<string>;
  /** Names of tools, by the id of the other server that has them. */
  readonly others: Readonly<Record<string, readonly string[]>>;
}

/** What a rule found, as it shall be shown: a part of the text, or a sentence about it. */
export interface Hit {
  readonly text: string;
  /** Where it begins and ends there. */
  readonly from: number;
  readonly to: number;
}

/** One sign of hidden instructions; docs/tool-safety.md has a paragraph for each. */
export interface Rule {
  readonly id: string;
  /** What is wrong, as half a sentence. */
  readonly title: string;
  find(told: Told, neighbours: Neighbours): readonly Hit[];
}

/** The first place where one of the patterns is found: one is enough to look at the text. */
export function firstMatch(text: string, patterns: readonly RegExp[]): readonly Hit[] {
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found !== null) return [{ text, from: found.index, to: found.index + found[0].length }];
  }
  return [];
}

/** A rule of sentences, which are looked for in what the model reads. */
export function phraseRule(id: string, title: string, patterns: readonly RegExp[]): Rule {
  return { id, title, find: ({ plain }) => firstMatch(plain, patterns) };
}
