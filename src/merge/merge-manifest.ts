import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { invalid } from "../manifest/invalid.ts";
import { mergeConflict } from "../manifest/merge-conflict.ts";
import { readYaml } from "../manifest/yaml-document.ts";
import { createQuestions } from "./disagree.ts";
import { printSheet, type Sheet } from "./layout.ts";
import { fromLines, toLines, type Lines } from "./lines.ts";
import { mergeSheets } from "./merge-layout.ts";
import type { Answers, Merged } from "./merge-text.ts";
import { mergeValues } from "./merge-values.ts";
import { normalManifest } from "./normal-manifest.ts";
import { readLayout } from "./read-layout.ts";
import { reconcile } from "./reconcile.ts";

export interface ManifestTexts {
  readonly base: string | undefined;
  readonly ours: string;
  readonly theirs: string;
}

/** See `mergeText`. @throws AtkError E_MANIFEST */
export function mergeManifest(texts: ManifestTexts, answers: Answers, file: string): Merged {
  const base = texts.base === undefined ? undefined : readSide(texts.base, file);
  const [ours, theirs] = [readSide(texts.ours, file), readSide(texts.theirs, file)];
  const questions = createQuestions(answers);
  const values = { base: base?.data, ours: ours.data, theirs: theirs.data };
  const wanted = normalManifest(mergeValues({ ...values, base: values.base ?? {} }, [], questions));
  const body = reconcile(mergeBodies({ base, ours, theirs }, wanted), wanted, file);
  const text = fromLines(body, { base: base?.lines, ours: ours.lines, theirs: theirs.lines });
  return { text, disagreements: questions.open };
}

interface Side {
  readonly lines: Lines;
  readonly data: JsonObject;
  readonly sheet: Sheet | undefined;
}

function readSide(text: string, file: string): Side {
  const lines = toLines(text);
  const { data, problems } = readYaml(lines.body, file);
  const conflict = mergeConflict(lines.body, file);
  if (conflict !== undefined) throw invalid("E_MANIFEST", file, [conflict]);
  if (problems.length > 0) throw invalid("E_MANIFEST", file, problems);
  if (data !== undefined && !isObject(data)) throw invalid("E_MANIFEST", file, [notMap(file)]);
  const normal = normalManifest(data);
  const sheet = readLayout(lines.body, normal);
  return { lines, data: normal, sheet: sheet !== undefined && printSheet(sheet) === lines.body ? sheet : undefined };
}

const notMap = (file: string) => ({ message: "expected a map", at: { file, line: 1, column: 1 } });

interface Sides {
  readonly base: Side | undefined;
  readonly ours: Side;
  readonly theirs: Side;
}

/** What is not written in blocks cannot be put together from entries: it is one side's text, and its entries are edited. */
function mergeBodies({ base, ours, theirs }: Sides, wanted: Json): string {
  if (ours.sheet !== undefined && theirs.sheet !== undefined)
    return printSheet(mergeSheets({ base: base?.sheet, ours: ours.sheet, theirs: theirs.sheet }, wanted));
  const [first, second] = [ours.lines.body, theirs.lines.body];
  if (ours.sheet !== undefined) return first;
  return theirs.sheet === undefined && first < second ? first : second;
}
