import { createScanner, type JSONScanner } from "jsonc-parser";
import { AtkError } from "../core/errors.ts";
import {
  addEntry,
  FRESH,
  newContainer,
  type Container,
  type Entry,
  type JsonTree,
  type JsonValue,
} from "./json-tree.ts";
import { placeAt } from "./text.ts";

/** Deeper documents are refused: no client writes them, and everything that walks a value would overflow the stack. */
export const MAX_DEPTH = 1000;

export interface JsonSource {
  /** Without byte order mark. */
  readonly text: string;
  readonly file: string;
  /** Refuse comments and trailing commas. */
  readonly strict: boolean;
}

/**
 * The tree of a JSON or JSONC text; `root` is undefined when there is nothing but white space and comments.
 * @throws AtkError E_FORMAT with file:line:column (broken syntax, duplicate keys, deeper than MAX_DEPTH). The message never
 *   quotes a value.
 */
export function readTree(source: JsonSource): JsonTree {
  return new TreeReader(source).read();
}

/** The numbers of jsonc-parser's SyntaxKind, which is a `const enum` and so cannot be imported here. */
const TOKEN = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  null: 7,
  true: 8,
  false: 9,
  string: 10,
  number: 11,
  lineComment: 12,
  blockComment: 13,
  lineBreak: 14,
  blank: 15,
  end: 17,
} as const;

const TOKEN_NAMES: Readonly<Record<number, string>> = {
  1: '"{"',
  2: '"}"',
  3: '"["',
  4: '"]"',
  5: "a comma",
  6: "a colon",
  10: "a string",
  11: "a number",
  17: "the end of the file",
};

/** jsonc-parser's ScanError numbers. */
const SCAN_ERRORS: Readonly<Record<number, string>> = {
  1: "a comment that never ends",
  2: "a string that never ends on its line",
  3: "a number that is not finished",
  4: "a broken \\u escape",
  5: "an unknown escape in a string",
  6: "a control character in a string",
};

class TreeReader {
  readonly #source: JsonSource;
  readonly #scanner: JSONScanner;
  readonly #lineCommentEnds = new Set<number>();
  #token = 0;
  #depth = 0;
  /** Start of the line the current token begins, or FRESH when something stands before it on the line. */
  #lineStart = FRESH;
  #listsOnOneLine: boolean | undefined;

  constructor(source: JsonSource) {
    this.#source = source;
    this.#scanner = createScanner(source.text, false);
  }

  read(): JsonTree {
    this.#next();
    const root = this.#token === TOKEN.end ? undefined : this.#value();
    if (this.#token !== TOKEN.end) this.#unexpected("the end of the file");
    const { text, file } = this.#source;
    return {
      text,
      file,
      root,
      lineCommentEnds: this.#lineCommentEnds,
      listsOnOneLine: this.#listsOnOneLine ?? false,
    };
  }

  #next(): void {
    this.#lineStart = FRESH;
    do {
      this.#token = this.#scanner.scan();
      const error = this.#scanner.getTokenError();
      if (error !== 0) this.#fail(`found ${SCAN_ERRORS[error] ?? "something that is no JSON"}`);
      if (this.#token === TOKEN.lineBreak) this.#lineStart = this.#scanner.getPosition();
      else if (this.#token === TOKEN.lineComment || this.#token === TOKEN.blockComment) this.#comment();
    } while (this.#token >= TOKEN.lineComment && this.#token <= TOKEN.blank);
  }

  #comment(): void {
    if (this.#source.strict) this.#fail("found a comment, which the program that reads this file does not accept");
    if (this.#token === TOKEN.lineComment) this.#lineCommentEnds.add(this.#scanner.getPosition());
  }

  #value(): JsonValue {
    const start = this.#scanner.getTokenOffset();
    switch (this.#token) {
      case TOKEN.openBrace:
        return this.#container("object", TOKEN.closeBrace);
      case TOKEN.openBracket:
        return this.#container("array", TOKEN.closeBracket);
      case TOKEN.null:
        return this.#scalar(start, null);
      case TOKEN.true:
      case TOKEN.false:
        return this.#scalar(start, this.#token === TOKEN.true);
      case TOKEN.string:
        return this.#scalar(start, this.#scanner.getTokenValue());
      case TOKEN.number:
        return this.#scalar(start, Number(this.#scanner.getTokenValue()));
      default:
        return this.#unexpected("a value");
    }
  }

  #scalar(start: number, value: null | boolean | number | string): JsonValue {
    const end = this.#scanner.getPosition();
    this.#next();
    return { type: "scalar", start, end, value };
  }

  #container(type: Container["type"], close: number): Container {
    const container = newContainer(type, this.#scanner.getTokenOffset());
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail(`found more than ${MAX_DEPTH} brackets inside each other`);
    this.#next();
    while (this.#token !== close) {
      const entry = this.#entry(container);
      addEntry(container, entry);
      if (entry.lineStart !== FRESH) container.lastOnOwnLine = entry;
      this.#comma(entry, close);
    }
    container.end = this.#scanner.getPosition();
    if (container.live === 0) container.inner = this.#source.text.slice(container.start + 1, container.end - 1);
    if (type === "array") this.#noteListStyle(container);
    this.#depth -= 1;
    this.#next();
    return container;
  }

  #entry(parent: Container): Entry {
    const start = this.#scanner.getTokenOffset();
    const lineStart = this.#lineStart;
    let key: string | undefined;
    let keyEnd = start;
    if (parent.type === "object") {
      key = this.#key(parent);
      keyEnd = this.#scanner.getPosition();
      this.#next();
      if (this.#token !== TOKEN.colon) this.#unexpected("a colon");
      this.#next();
    }
    const valueStart = this.#scanner.getTokenOffset();
    const value = this.#value();
    const place = { start, keyEnd, valueStart, valueEnd: value.end, comma: FRESH, lineStart };
    return { key, parent, ...place, value, removed: false };
  }

  #key(parent: Container): string {
    if (this.#token !== TOKEN.string) this.#unexpected("a key in double quotes");
    const key = this.#scanner.getTokenValue();
    const first = parent.byKey.get(key);
    if (first !== undefined) {
      const { line } = placeAt(this.#source.text, first.start);
      this.#fail(`found the key ${JSON.stringify(key)} twice in one object (first in line ${line})`);
    }
    return key;
  }

  #comma(entry: Entry, close: number): void {
    if (this.#token === close) return;
    if (this.#token !== TOKEN.comma) this.#unexpected(`a comma or ${TOKEN_NAMES[close]}`);
    const comma = this.#scanner.getTokenOffset();
    entry.comma = comma;
    this.#next();
    if (this.#token !== close || !this.#source.strict) return;
    this.#fail("found a comma behind the last entry, which the program that reads this file does not accept", comma);
  }

  #noteListStyle({ start, end, entries }: Container): void {
    if (this.#listsOnOneLine !== undefined || entries.length === 0) return;
    if (entries.some((entry) => entry.value.type !== "scalar")) return;
    this.#listsOnOneLine = !this.#source.text.slice(start, end).includes("\n");
  }

  #unexpected(expected: string): never {
    return this.#fail(`expected ${expected}, found ${TOKEN_NAMES[this.#token] ?? "a word that is no JSON value"}`);
  }

  #fail(found: string, offset = this.#scanner.getTokenOffset()): never {
    const { file, text, strict } = this.#source;
    const at = { file, ...placeAt(text, offset) };
    const problem = `cannot read ${file} as ${strict ? "JSON" : "JSON with comments"}: ${found}`;
    throw new AtkError("E_FORMAT", `${problem} (line ${at.line}, column ${at.column})`, {
      at,
      hint: `correct line ${at.line} of ${file}; atk changes nothing in a file that it cannot read`,
    });
  }
}
