import { idOf, type Questions } from "./disagree.ts";
import type { SameSecret } from "./merge-text.ts";
import { eachOf, mapThree, type Three } from "./three-way.ts";

type Values = ReadonlyMap<string, string>;

/** Encrypted values by name. Encrypting anew gives another text for the same value: `sameSecret` tells, where it can. */
export async function mergeCiphertexts(
  values: Three<Values>,
  sameSecret: SameSecret | undefined,
  questions: Questions,
): Promise<Values> {
  const merged = new Map<string, string>();
  for (const name of [
    ...new Set([values.base, values.ours, values.theirs].flatMap((side) => [...(side?.keys() ?? [])])),
  ].sort()) {
    const three = eachOf(values, (side) => side.get(name));
    const known = await changedValue(three, sameSecret);
    const value = known === undefined ? questions.settle(idOf(["secrets", name]), three, shown(three)) : known.value;
    if (value !== undefined) merged.set(name, value);
  }
  return merged;
}

/** Undefined when both have another value now, or when nobody can tell. */
async function changedValue(
  { base, ours, theirs }: Three<string>,
  sameSecret: SameSecret | undefined,
): Promise<{ value: string | undefined } | undefined> {
  if (ours === theirs || base === theirs) return { value: ours };
  if (base === ours) return { value: theirs };
  if (sameSecret === undefined) return undefined;
  const same = async (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && (await sameSecret(a, b)) === true;
  if (await same(ours, theirs)) return { value: (ours ?? "") < (theirs ?? "") ? ours : theirs };
  if (await same(base, theirs)) return { value: ours };
  return (await same(base, ours)) ? { value: theirs } : undefined;
}

/** No question shows a value, encrypted or not. */
function shown(values: Three<string>): Three<string> {
  const { base, ours, theirs } = mapThree(values, () => "encrypted value");
  const said = (word: string | undefined, side: string) => (word === undefined ? undefined : `${word} (${side})`);
  return { base: said(base, "before"), ours: said(ours, "ours"), theirs: said(theirs, "theirs") };
}
