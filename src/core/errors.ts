import { ERRORS, type ErrorCode, type ErrorRule } from "./error-codes.ts";

/** A place in a file. Lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** JSON pointer of the value, when the place is inside a document. */
  readonly pointer?: string;
}

export interface Problem {
  readonly message: string;
  readonly at?: Place;
  readonly hint?: string;
}

export interface ErrorDetails {
  readonly at?: Place | undefined;
  /** One command or one edit that is the next step. */
  readonly hint?: string | undefined;
  /** All problems, when there are several of the same kind (validation). */
  readonly problems?: readonly Problem[] | undefined;
  readonly cause?: unknown;
}

/**
 * An error that atk reports on purpose. Anything else that is thrown is a bug and exits with 1 and a stack.
 * The message says what was tried, what was found and where; it never holds a secret.
 */
export class AtkError extends Error {
  readonly code: ErrorCode;
  readonly at: Place | undefined;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "AtkError";
    this.code = code;
    this.at = details.at;
    const rule: ErrorRule = ERRORS[code];
    this.hint = details.hint ?? rule.hint;
    this.problems = details.problems ?? [];
  }

  get exitCode(): number {
    return ERRORS[this.code].exit;
  }
}

/** `file:line:column`, with as much of it as is known. */
export function showPlace(at: Place): string {
  if (at.line === undefined) return at.file;
  return at.column === undefined ? `${at.file}:${at.line}` : `${at.file}:${at.line}:${at.column}`;
}
