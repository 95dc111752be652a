import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { setRotate } from "../secrets/edit-secrets.ts";
import { parseSecrets } from "../secrets/parse-secrets.ts";
import { unevenSecrets } from "../secrets/reencrypt.ts";
import type { SecretsFile } from "../secrets/secrets-file.ts";
import { readYaml } from "../manifest/yaml-document.ts";
import { createQuestions } from "./disagree.ts";
import { printSheet } from "./layout.ts";
import { fromLines, toLines, type Lines } from "./lines.ts";
import { mergeMachines, type Machines } from "./merge-machines.ts";
import { mergeSheets } from "./merge-layout.ts";
import { mergeReasons } from "./merge-reasons.ts";
import { mergeCiphertexts } from "./merge-ciphertexts.ts";
import type { Answers, Merged, SameSecret } from "./merge-text.ts";
import { normalManifest } from "./normal-manifest.ts";
import { readLayout } from "./read-layout.ts";
import { reconcile } from "./reconcile.ts";
import { eachOf } from "./three-way.ts";

export interface SecretsTexts {
  readonly base: string | undefined;
  readonly ours: string;
  readonly theirs: string;
  readonly sameSecret: SameSecret | undefined;
}

/** See `mergeText`. No value is opened but by `sameSecret`. @throws AtkError E_MANIFEST */
export async function mergeSecrets(texts: SecretsTexts, answers: Answers, file: string): Promise<Merged> {
  const sides = {
    base: texts.base === undefined ? undefined : await readSide(texts.base, file),
    ours: await readSide(texts.ours, file),
    theirs: await readSide(texts.theirs, file),
  };
  const questions = createQuestions(answers);
  const recipients = mergeMachines(
    "recipients",
    eachOf(sides, ({ raw }) => machinesOf(raw["recipients"])),
    questions,
  );
  const requests = mergeMachines(
    "requests",
    eachOf(sides, ({ raw }) => machinesOf(raw["requests"])),
    questions,
  );
  for (const name of recipients.keys()) requests.delete(name);
  const secrets = await mergeCiphertexts(
    eachOf(sides, ({ file: { secrets: values } }) => values),
    texts.sameSecret,
    questions,
  );
  const rotate = mergeReasons(
    eachOf(sides, ({ file: { rotate: reasons } }) => reasons),
    new Set(secrets.keys()),
  );
  const wanted = normalManifest({
    recipients: Object.fromEntries(recipients),
    requests: Object.fromEntries(requests),
    secrets: Object.fromEntries(secrets),
    rotate: Object.fromEntries(rotate),
  });
  const body = reconcile(mergeBodies(sides, wanted), wanted, file);
  const { text, needsReencrypt } = await checked(body, sides, file);
  return {
    text: fromLines(text, { base: sides.base?.lines, ours: sides.ours.lines, theirs: sides.theirs.lines }),
    disagreements: questions.open,
    ...(needsReencrypt.length === 0 ? {} : { needsReencrypt }),
  };
}

interface Side {
  readonly lines: Lines;
  readonly file: SecretsFile;
  /** As it is written: a machine may be a key, or a map. */
  readonly raw: JsonObject;
}

interface Sides {
  readonly base: Side | undefined;
  readonly ours: Side;
  readonly theirs: Side;
}

async function readSide(text: string, name: string): Promise<Side> {
  const lines = toLines(text);
  const file = await parseSecrets(lines.body, name);
  return { lines, file, raw: normalManifest(readYaml(lines.body, name).data) };
}

function machinesOf(section: Json | undefined): Machines {
  return new Map(Object.entries(isObject(section) ? section : {}));
}

function mergeBodies({ base, ours, theirs }: Sides, wanted: JsonObject): string {
  const sheet = ({ lines, raw }: Side) => readLayout(lines.body, raw);
  const [left, right] = [sheet(ours), sheet(theirs)];
  if (left !== undefined && right !== undefined)
    return printSheet(
      mergeSheets({ base: base === undefined ? undefined : sheet(base), ours: left, theirs: right }, wanted),
    );
  return ours.lines.body < theirs.lines.body ? ours.lines.body : theirs.lines.body;
}

/** A value that one side encrypted for other machines than the merged file has is to be encrypted anew; what a removed machine could open is to be changed. */
async function checked(
  body: string,
  { ours, theirs }: Sides,
  file: string,
): Promise<{ text: string; needsReencrypt: readonly string[] }> {
  const merged = await parseSecrets(body, file);
  const keys = keysOf(merged);
  const uneven = new Set(unevenSecrets(merged));
  let text = body;
  for (const [name, value] of merged.secrets) {
    const holders = [ours.file, theirs.file].filter((side) => side.secrets.get(name) === value).map(keysOf);
    if (!holders.some((holder) => isSame(holder, keys))) uneven.add(name);
    const isKnownToRemoved = holders.every((holder) => [...holder].some((key) => !keys.has(key)));
    if (isKnownToRemoved && !merged.rotate.has(name)) text = await setRotate(text, name, STILL_KNOWN, file);
  }
  return { text, needsReencrypt: [...uneven].sort() };
}

const STILL_KNOWN = "it was still encrypted for a removed machine";

const keysOf = ({ recipients }: SecretsFile) => new Set([...recipients.values()].map(({ key }) => key));

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a.size === b.size && [...a].every((key) => b.has(key));
