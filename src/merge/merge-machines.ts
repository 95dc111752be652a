import { equal, isObject, type Json } from "../core/json.ts";
import { idOf, type Questions } from "./disagree.ts";
import { changedSide, eachOf, mapThree, type Three } from "./three-way.ts";

/** By name, as they are written: `age1...`, or `{ key: age1..., since: ... }`. */
export type Machines = ReadonlyMap<string, Json>;

/** The machines of one section; one that a side removed does not come back, under whatever name the other side has its key. */
export function mergeMachines(section: string, machines: Three<Machines>, questions: Questions): Map<string, Json> {
  const gone = removedKeys(machines);
  const merged = new Map<string, Json>();
  const seen = new Set<string>();
  for (const name of [
    ...new Set([machines.base, machines.ours, machines.theirs].flatMap((side) => [...(side?.keys() ?? [])])),
  ].sort()) {
    const machine = mergeMachine(
      eachOf(machines, (side) => side.get(name)),
      () => idOf(["secrets", section, name]),
      questions,
    );
    if (machine === undefined || gone.has(keyOf(machine)) || seen.has(keyOf(machine))) continue;
    seen.add(keyOf(machine));
    merged.set(name, machine);
  }
  return merged.size === 0 ? orOneSide(section, machines, questions) : merged;
}

/** Each side removed the machines that the other kept: then nobody could open anything. */
function orOneSide(section: string, machines: Three<Machines>, questions: Questions): Map<string, Json> {
  const { ours, theirs } = machines;
  if (section !== "recipients" || !ours?.size || !theirs?.size) return new Map();
  const names = mapThree<Machines, Json>(machines, (side) => [...side.keys()]);
  return new Map(questions.settle(idOf(["secrets", section]), machines, names));
}

function mergeMachine(machine: Three<Json>, id: () => string, questions: Questions): Json | undefined {
  const side = changedSide(machine, equal);
  if (side !== undefined) return machine[side];
  const { ours, theirs } = machine;
  const keys = [machine.base, ours, theirs].flatMap((each) => (each === undefined ? [] : [keyOf(each)]));
  if (new Set(keys).size > 1) return questions.settle(id(), machine);
  if (ours === undefined || theirs === undefined) return undefined;
  // The same key since another day.
  return JSON.stringify(ours) < JSON.stringify(theirs) ? ours : theirs;
}

function keyOf(machine: Json): string {
  const key = isObject(machine) ? machine["key"] : machine;
  return typeof key === "string" ? key : "";
}

/** Keys that were there before and that one side has under no name any more. */
function removedKeys({ base, ours, theirs }: Three<Machines>): ReadonlySet<string> {
  const keys = (side: Machines | undefined) => new Set([...(side?.values() ?? [])].map(keyOf));
  const [left, right] = [keys(ours), keys(theirs)];
  return new Set([...keys(base)].filter((key) => !left.has(key) || !right.has(key)));
}
