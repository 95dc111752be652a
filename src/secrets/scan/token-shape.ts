/** What a vendor's tokens look like. Only shapes that are hard to meet by chance: a wrong alarm costs more trust than a missed rule. */
export interface TokenShape {
  /** The rule's id, e.g. `github-token`. */
  readonly id: string;
  /** What it is, for a person. */
  readonly title: string;
  readonly vendor: string;
  /** The vendor's page about it. */
  readonly source: string;
  /** documented: the page tells the shape. seen: the page tells at most the beginning; the rest is as tokens in public code look. */
  readonly evidence: "documented" | "seen";
  /** Every match begins with one of these; the text is searched for them first. */
  readonly begins: readonly string[];
  /**
   * Sticky (`y`), tried where one of `begins` stands. Each part has an upper limit, so that no text costs more than a limit
   * for each such place. A group `secret` (then with `d`, which tells its place) is the secret without what introduces it.
   */
  readonly pattern: RegExp;
  /** The beginning is short: letters, digits, `-` or `_` before it mean that it is a part of something else. */
  readonly alone?: true;
  /** Takes a match for something harmless. */
  readonly harmless?: (match: RegExpExecArray) => boolean;
}
