import { canonical, isObject, type Json, type JsonObject } from "../core/json.ts";
import { keyOf, LISTS, type List, type Offer } from "./offer.ts";

/** One difference between what was recorded and what a server says now. */
export interface ToolChange {
  readonly what: List | "instructions";
  /** Name of the tool or prompt, address of the resource; empty for instructions. */
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** The fields that differ, e.g. `description`, `inputSchema.properties.path.description`. Absent is undefined. */
  readonly fields: readonly FieldChange[];
}

export interface FieldChange {
  readonly field: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** What has changed, in the order of lists and names. */
export function compareOffers(recorded: Offer, now: Offer): readonly ToolChange[] {
  const instructions = fieldChanges("instructions", recorded.instructions, now.instructions);
  const own: readonly ToolChange[] =
    instructions.length === 0 ? [] : [{ what: "instructions", name: "", change: "changed", fields: instructions }];
  return [...own, ...LISTS.flatMap((list) => listChanges(list, recorded[list], now[list]))];
}

/** Resources are a server's data, which comes and goes; what it can do, and how it speaks of it, is approved. */
export function isApproved({ what }: Pick<ToolChange, "what">): boolean {
  return what !== "resources";
}

function listChanges(what: List, before: readonly JsonObject[], after: readonly JsonObject[]): readonly ToolChange[] {
  const [old, fresh] = [byKey(before), byKey(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((name): readonly ToolChange[] => {
    const [was, is] = [old.get(name), fresh.get(name)];
    const fields = fieldChanges("", was, is);
    if (was === undefined) return [{ what, name, change: "added", fields }];
    if (is === undefined) return [{ what, name, change: "removed", fields: [] }];
    return fields.length === 0 ? [] : [{ what, name, change: "changed", fields }];
  });
}

/** A server that names two items alike has one of them changed, whichever it is. */
function byKey(items: readonly JsonObject[]): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  for (const item of items) {
    const other = found.get(keyOf(item));
    found.set(keyOf(item), other === undefined ? item : [other, item]);
  }
  return found;
}

/** The smallest differing parts of two values. */
export function fieldChanges(field: string, before: Json | undefined, after: Json | undefined): readonly FieldChange[] {
  if (before !== undefined && after !== undefined && canonical(before) === canonical(after)) return [];
  if (before === undefined && after === undefined) return [];
  if ((isObject(before) || before === undefined) && (isObject(after) || after === undefined)) {
    const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
    const inner = keys.flatMap((key) =>
      fieldChanges(field === "" ? key : `${field}.${key}`, ownValue(before, key), ownValue(after, key)),
    );
    if (inner.length > 0) return inner;
  }
  return [{ field, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function ownValue(value: JsonObject | undefined, key: string): Json | undefined {
  return value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
}
