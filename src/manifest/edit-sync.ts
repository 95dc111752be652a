import { isObject, type JsonObject } from "../core/json.ts";
import { layoutOf } from "../formats/yaml-layout.ts";
import { remove } from "../formats/yaml-remove.ts";
import { set } from "../formats/yaml-set.ts";
import { readForEdit, verified } from "./edit-manifest.ts";

/**
 * The manifest's text with the schedule of its `sync:`; undefined takes the schedule away, and the section when nothing else is in
 * it. See `addPlugin` for what is kept. The manifest's own check tells a schedule that is none.
 */
export function setSync(text: string, schedule: string | undefined, file: string): string {
  const data = readForEdit(text, file);
  const { sync: before, ...others } = data;
  const { schedule: _old, ...rest } = isObject(before) ? before : {};
  const after: JsonObject = schedule === undefined ? rest : { ...rest, schedule };
  if (Object.keys(after).length > 0) {
    // An empty section has no place for a member yet.
    const base = before === null ? remove(layoutOf(text), [], "sync") : text;
    const known = before === undefined || before === null ? undefined : before;
    const edited = set(base, { path: [], key: "sync", before: known, after });
    return verified(edited, { ...data, sync: after }, file);
  }
  return before === undefined ? text : verified(remove(layoutOf(text), [], "sync"), others, file);
}
