import { equal, isObject, type Json } from "../../core/json.ts";

/** One place in which what is there differs from what atk keeps there. Secrets are masked. */
export interface Difference {
  /** `args`, `env.LOG_LEVEL`, `line 3`, or the path of a file; empty for the entry as a whole. */
  readonly at: string;
  /** What atk would put there; absent: nothing. */
  readonly ours?: Json;
  /** What is there; absent: nothing. */
  readonly theirs?: Json;
}

/** Keys whose members are compared one by one, because each of them is a decision of its own. */
const MAPS = new Set(["env", "environment", "envs", "headers", "http_headers", "env_http_headers", "requestOptions"]);

/** Where two entries differ, in the order of ours, then of theirs. Undefined: there is none. */
export function differencesOf(ours: Json | undefined, theirs: Json | undefined): readonly Difference[] {
  if (typeof ours === "string" && typeof theirs === "string") return lineDifferences(ours, theirs);
  if (isObject(ours) || isObject(theirs)) return memberDifferences(ours, theirs, "");
  return ours === undefined && theirs === undefined ? [] : [difference("", ours, theirs)];
}

function memberDifferences(ours: Json | undefined, theirs: Json | undefined, base: string): readonly Difference[] {
  const [left, right] = [isObject(ours) ? ours : {}, isObject(theirs) ? theirs : {}];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => {
    const [mine, other] = [left[key], right[key]];
    if (mine !== undefined && other !== undefined && equal(mine, other)) return [];
    const at = `${base}${key}`;
    const isMap = MAPS.has(key) && (mine === undefined || isObject(mine)) && (other === undefined || isObject(other));
    return isMap ? memberDifferences(mine, other, `${at}.`) : [difference(at, mine, other)];
  });
}

function difference(at: string, ours: Json | undefined, theirs: Json | undefined): Difference {
  return { at, ...(ours === undefined ? {} : { ours }), ...(theirs === undefined ? {} : { theirs }) };
}

/** The stretch of lines between the first and the last one that differ. */
function lineDifferences(ours: string, theirs: string): readonly Difference[] {
  const [left, right] = [ours.split("\n"), theirs.split("\n")];
  let first = 0;
  while (first < left.length && first < right.length && left[first] === right[first]) first++;
  let last = 0;
  const rest = Math.min(left.length, right.length) - first;
  while (last < rest && left[left.length - 1 - last] === right[right.length - 1 - last]) last++;
  const middle = (lines: readonly string[]): string | undefined =>
    lines.length - last <= first ? undefined : lines.slice(first, lines.length - last).join("\n");
  if (middle(left) === undefined && middle(right) === undefined) return [];
  return [difference(`line ${first + 1}`, middle(left), middle(right))];
}
