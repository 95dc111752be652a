import { join } from "node:path";
import { AtkError } from "../core/errors.ts";

/** Where content comes from: a folder, or the words for it in messages (`npm package x@1.0.0`). */
export interface Origin {
  readonly what: string;
  /** Absolute; absent for content that never was a folder on this machine. */
  readonly directory?: string;
}

/** The refusal of one path of a plugin. */
export function hostile(origin: Origin, path: string, why: string, hint?: string): AtkError {
  const at = origin.directory === undefined ? undefined : { file: join(origin.directory, path) };
  return new AtkError("E_HOSTILE", `${origin.what}: refused ${showPath(path)}: ${why}`, { at, hint });
}

/** A name from outside, quoted, with everything that could paint or reorder the terminal escaped. */
export function showPath(path: string): string {
  const short = path.length > 120 ? `${path.slice(0, 120)}...` : path;
  return JSON.stringify(short).replace(
    UNSEEN,
    (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/** Control characters, and signs that have no width or change the direction of the text. */
const UNSEEN = /[\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g;
