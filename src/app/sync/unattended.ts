import type { Change } from "../../core/plan.ts";
import type { Policy } from "../../manifest/manifest.ts";
import type { UnattendedChange } from "../../manifest/upkeep.ts";

/** What kind of change it is for `policy.unattended`; undefined: it changes nothing that anybody sees. */
export function unattendedKind({ verdict, noun }: Change): UnattendedChange | undefined {
  if (verdict !== "create" && verdict !== "update" && verdict !== "delete") return undefined;
  if (noun === "install") return "run";
  return noun === "service" ? "service" : verdict;
}

/** Why a change is left alone when nobody watches; undefined: it may be done. */
export function refuseUnwatched(change: Change, { unattended }: Policy): Change["problem"] {
  const kind = unattendedKind(change);
  if (kind === undefined || unattended.includes(kind)) return undefined;
  return {
    code: "E_DISAGREES",
    message: `policy.unattended does not allow '${kind}' when nobody watches`,
    hint: `atk apply ${change.owner}`,
  };
}
