import { AtkError } from "../core/errors.ts";
import { canonical, equal, type Json } from "../core/json.ts";
import type { Plan } from "../core/plan.ts";

/**
 * A saved plan is applied exactly or not at all.
 * @throws AtkError E_STALE naming what is different now.
 */
export function refuseStale(saved: Plan, now: Plan): void {
  if (canonical(strip(saved)) === canonical(strip(now))) return;
  throw new AtkError("E_STALE", `the saved plan is stale: ${reason(saved, now)}; nothing was changed`, {
    hint: "make a new plan: atk plan --out FILE",
  });
}

function strip(plan: Plan): Json {
  const { approvals = [], changes, inputs, manifest, scope, selection } = plan;
  const parts = changes.map(({ address, verdict, expected, after }) => ({ address, verdict, expected, after }));
  const asked = approvals.map(({ owner, verdict, digest, grants }) => ({ owner, verdict, digest, grants }));
  return { approvals: asked, changes: parts, inputs, manifest, scope, selection } as unknown as Json;
}

function reason(saved: Plan, now: Plan): string {
  if (saved.manifest !== now.manifest) return `it was made for ${saved.manifest}`;
  if (!equal(saved.inputs as unknown as Json, now.inputs as unknown as Json))
    return "the manifest or the lock has changed";
  const different = now.changes.find((change) => {
    const before = saved.changes.find((each) => each.address === change.address);
    return (
      before === undefined ||
      before.verdict !== change.verdict ||
      before.expected !== change.expected ||
      before.after !== change.after
    );
  });
  if (different !== undefined) return `${different.address} is not as it was when the plan was made`;
  const asked = (now.approvals ?? []).find(({ owner, digest }) => {
    const before = saved.approvals?.find((each) => each.owner === owner);
    return before === undefined || before.digest !== digest;
  });
  return asked === undefined ? "other entries are planned now" : `it does not say what ${asked.owner} can do now`;
}
