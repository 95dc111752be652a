import { canonical, type JsonObject } from "../../core/json.ts";
import { fieldChanges } from "../compare-offers.ts";
import { findHidden } from "../find-hidden.ts";
import { itemOf, keyOf, nameOf, offerOf, type List, type Offer } from "../offer.ts";
import { isAllowed } from "../tool-filter.ts";
import { visible } from "../visible.ts";
import type { GuardRules } from "./guard-rules.ts";

/** What becomes of one item of a list. Silent: the user left it out. */
export type Verdict =
  | { readonly pass: true; readonly warning?: string }
  | { readonly pass: false; readonly reason: string; readonly isSilent?: true };

const PASS: Verdict = { pass: true };
const NEW = "is not one of those that were recorded";
const LEFT_OUT: Verdict = {
  pass: false,
  isSilent: true,
  reason: "is not among the tools that the manifest lets through",
};

/** The rules as questions about single items. Pure. */
export interface Judge {
  item(list: List, item: JsonObject): Verdict;
  instructions(text: string): Verdict;
  /** Whether a name may be called that the server was not heard to list. */
  unheard(list: "tools" | "prompts", name: string): Verdict;
}

export function createJudge({ server, filter = {}, compare }: GuardRules, recorded: Offer | undefined): Judge {
  const listed = (list: List): ReadonlyMap<string, string> =>
    new Map((recorded?.[list] ?? []).map((item) => [keyOf(item), canonical(item)]));
  const known = { tools: listed("tools"), prompts: listed("prompts"), resourceTemplates: listed("resourceTemplates") };
  const changed = (what: string, offer: Offer): Verdict => {
    if (compare === undefined || recorded === undefined) return PASS;
    if (compare.changed === "deny") return { pass: false, reason: what };
    const [hidden] = compare.hidden === "deny" ? findHidden(server, offer) : [];
    if (hidden !== undefined) return { pass: false, reason: `${what}, and ${hidden.title} (${hidden.rule})` };
    return compare.changed === "warn" ? { pass: true, warning: what } : PASS;
  };

  return {
    item(list, item) {
      if (list === "tools" && !isAllowed(nameOf(item), filter)) return LEFT_OUT;
      if (list === "resources") return PASS;
      const before = known[list].get(keyOf(item));
      const now = itemOf(list, item);
      if (before === canonical(now)) return PASS;
      const what = before === undefined ? NEW : `has changed since it was recorded (${differing(before, now)})`;
      return changed(what, offerOf({ [list]: [now] }));
    },
    instructions: (text) =>
      text === (recorded?.instructions ?? "")
        ? PASS
        : changed("have changed since they were recorded", offerOf({}, text)),
    unheard(list, name) {
      if (list === "tools" && !isAllowed(name, filter)) return LEFT_OUT;
      if (known[list].has(name)) return PASS;
      return changed(NEW, offerOf({}));
    },
  };
}

function differing(before: string, now: JsonObject): string {
  const fields = fieldChanges("", JSON.parse(before) as JsonObject, now).map(({ field }) => visible(field));
  return fields.length > 3 ? `${fields.slice(0, 3).join(", ")} and more` : fields.join(", ");
}
