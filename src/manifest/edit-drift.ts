import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { insert } from "../formats/yaml-insert.ts";
import { layoutOf } from "../formats/yaml-layout.ts";
import { remove } from "../formats/yaml-remove.ts";
import { readForEdit, verified } from "./edit-manifest.ts";
import type { IgnoredDrift } from "./upkeep.ts";

/** The manifest's text with a word on one edit of others, instead of what this machine said about it before. */
export function addIgnore(text: string, ignore: IgnoredDrift, file: string): string {
  const cleared = removeIgnores(
    text,
    (each) => each.entry === ignore.entry && each.machine?.toLowerCase() === ignore.machine?.toLowerCase(),
    file,
  );
  const data = readForEdit(cleared, file);
  const ignores = ignoresOf(data);
  const drift = isObject(data["drift"]) ? data["drift"] : {};
  const value: JsonObject = { ...ignore };
  const begun =
    ignores.length > 0
      ? cleared
      : insert(layoutOf(withoutEmpty(cleared, data)), ["drift"], { key: "ignore", value: [] });
  const edited = insert(layoutOf(begun), ["drift", "ignore"], { value });
  return verified(edited, { ...data, drift: { ...drift, ignore: [...ignores, value] } }, file);
}

/** The text without the words that are meant; the section goes with the last of them. */
export function removeIgnores(text: string, isMeant: (ignore: IgnoredDrift) => boolean, file: string): string {
  const data = readForEdit(text, file);
  const ignores = ignoresOf(data);
  const gone = ignores.flatMap((each, at) => (isMeant(each as unknown as IgnoredDrift) ? [at] : []));
  if (gone.length === 0) return text;
  if (gone.length === ignores.length) {
    const { drift: _gone, ...rest } = data;
    return verified(remove(layoutOf(text), [], "drift"), rest, file);
  }
  const edited = gone.reverse().reduce((left, at) => remove(layoutOf(left), ["drift", "ignore"], at), text);
  const kept = ignores.filter((_each, at) => !gone.includes(at));
  return verified(edited, { ...data, drift: { ...(data["drift"] as JsonObject), ignore: kept } }, file);
}

/** A list that is there and empty is begun anew. */
function withoutEmpty(text: string, { drift }: JsonObject): string {
  return drift === undefined ? text : remove(layoutOf(text), [], "drift");
}

function ignoresOf({ drift }: JsonObject): readonly Json[] {
  const found = isObject(drift) ? drift["ignore"] : undefined;
  return Array.isArray(found) ? found : [];
}
