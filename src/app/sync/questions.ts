import { isObject, type Json } from "../../core/json.ts";
import { redact } from "../../core/redact.ts";
import type { Disagreement, MergeKind } from "../../merge/merge-text.ts";

/** One field that was changed here and at the remote, each another way. Values are for showing: secrets are hidden. */
export interface Question {
  /** What `--answer` names. */
  readonly id: string;
  /** From the top of the repository. */
  readonly file: string;
  readonly base?: Json;
  readonly ours?: Json;
  readonly theirs?: Json;
}

/** The id of a disagreement among all files: a whole file is called by its path. */
export function questionId(file: string, id: string): string {
  return id === "file" ? file : id;
}

export function questionOf(kind: MergeKind, file: string, disagreement: Disagreement): Question {
  const { id, base, ours, theirs } = disagreement;
  const shown = (value: Json | undefined): Json | undefined => shownValue(kind, id, value);
  const [b, o, t] = [shown(base), shown(ours), shown(theirs)];
  return {
    id: questionId(file, id),
    file,
    ...(b === undefined ? {} : { base: b }),
    ...(o === undefined ? {} : { ours: o }),
    ...(t === undefined ? {} : { theirs: t }),
  };
}

function shownValue(kind: MergeKind, id: string, value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  // Merging itself shows nothing of what the others hold.
  if (kind !== "manifest" || id === "file") return value;
  // The names above a value tell whether it is a secret, so it is looked at in its place.
  const path = id.split(".");
  const placed = path.reduceRight<Json>((inner, name) => ({ [name]: inner }), value);
  return path.reduce<Json>(
    (found, name) => (isObject(found) ? (found[name] ?? null) : found),
    redact(placed, () => "hidden"),
  );
}

/** A value on one line, short. */
export function lineOf(value: Json | undefined): string {
  if (value === undefined) return "(not there)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}
