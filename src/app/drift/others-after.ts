import type { Locator } from "../../core/resource.ts";
import type { State } from "../../core/state.ts";
import { mapKey, type ClientMap } from "../../kinds/client-maps.ts";
import type { PlanWork } from "../make-plan.ts";
import type { Task } from "../next-state.ts";
import { rememberBeside } from "./beside.ts";

/**
 * What the state knows of the edits of others after the tasks: what stands beside atk's entries, and the digests of what is
 * ignored. A digest stays as it was first seen, so that an edit that changes again is told of again.
 */
export function othersAfter(
  { state, beside, edits, ignores, earlier }: PlanWork,
  tasks: readonly Task[],
): Pick<State, "beside" | "ignored"> {
  const left = tasks.filter(({ item }) => item.change.verdict === "forget" && item.change.expected !== null);
  const letGo = (map: ClientMap): readonly string[] => {
    const names = left.flatMap(({ item }) => nameIn(map, item.change.locator));
    // What was somebody's new entry before a run that is taken back is one again.
    const known = earlier?.beside?.[mapKey(map)];
    return known === undefined ? names : names.filter((name) => known.includes(name));
  };
  const isKept = (id: string): boolean => ignores.byId.has(id) && ignores.anew?.has(id) !== true;
  const noted = Object.entries({ ...earlier?.ignored, ...state.ignored }).filter(([id]) => isKept(id));
  const fresh = edits.filter(({ standing }) => standing === "ignored").map(({ id, seen }) => [id, seen] as const);
  const ignored = { ...Object.fromEntries(fresh), ...Object.fromEntries(noted) };
  return { beside: rememberBeside(state, beside, letGo), ignored };
}

/** The name of an entry of this map. */
function nameIn(map: ClientMap, locator: Locator): readonly string[] {
  if (locator.kind !== "fragment" || locator.file !== map.file) return [];
  const last = locator.at.at(-1);
  const isHere = mapKey({ file: locator.file, root: locator.at.slice(0, -1) }) === mapKey(map);
  if (!isHere || last === undefined) return [];
  return [typeof last === "string" ? last : last.is];
}
