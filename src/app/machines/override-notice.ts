import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import { overridesFor } from "./overrides.ts";

/** Says that an edit of an entry's own word has no effect here, because `machines` says another. */
export function sayOverride(name: string, field: "agents" | "enabled", inputs: Inputs, context: Context): void {
  const counts = overridesFor(name, inputs, context).find((each) => each.field === field && !each.isOverruled);
  if (counts === undefined) return;
  context.tell({
    type: "warning",
    message: `on this machine machines.${counts.machine} says ${field} of ${name}: what is written now counts on others`,
    hint: `atk machine ${name} shows where`,
  });
}
