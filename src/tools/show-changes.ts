import type { Json } from "../core/json.ts";
import type { FieldChange, ToolChange } from "./compare-offers.ts";
import { visible } from "./visible.ts";

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;
const NOUNS = {
  tools: "tool",
  prompts: "prompt",
  resources: "resource",
  resourceTemplates: "resource template",
  instructions: "instructions",
} as const;

/** The differences for people, a line each: what it is, then what was said and is said now, with what cannot be seen written out. */
export function showChanges(changes: readonly ToolChange[]): readonly string[] {
  return changes.flatMap(({ what, name, change, fields }) => {
    const head = `${SIGNS[change]} ${NOUNS[what]} ${visible(name)}`.trimEnd();
    // A new one has its name in the line above.
    const told = change === "added" ? fields.filter(({ field }) => field !== "name") : fields;
    return [head, ...told.flatMap(showField)];
  });
}

function showField({ field, before, after }: FieldChange): readonly string[] {
  const { from, to } = differing(linesOf(before), linesOf(after));
  const lines = [...from.map((line) => `      - ${line}`), ...to.map((line) => `      + ${line}`)];
  return [`    ${visible(field)}:`, ...lines];
}

function linesOf(value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return value.split(/\r?\n/).map(visible);
  return [visible(JSON.stringify(value))];
}

/** Without the lines that both begin and end with. */
function differing(
  before: readonly string[],
  after: readonly string[],
): { readonly from: readonly string[]; readonly to: readonly string[] } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from: before.slice(start, before.length - end), to: after.slice(start, after.length - end) };
}
