import { canonical } from "../../core/json.ts";
import { digestBytes } from "../../host/digest.ts";
import type { RunPlan } from "./run-plan.ts";

export const SPEC_LABEL = "dev.atk.spec";

/** A keyed digest (HMAC with the machine's key): nobody who reads it can try out values against it. */
export type KeyedDigest = (text: string) => string;

/**
 * What a container was made from, as one short text; another text means that the container has to be made anew. With a keyed digest it covers
 * the values of the variables. Without one only their names: a plain digest of a short secret could be guessed by whoever may list containers.
 */
export function specDigest(plan: RunPlan, digest: KeyedDigest | undefined): string {
  const { image, args, ports, volumes, variables } = plan;
  const described = { image, args, ports, volumes };
  if (digest === undefined) {
    const text = canonical({ ...described, variables: Object.keys(variables).sort() });
    return digestBytes(new TextEncoder().encode(text));
  }
  return digest(canonical({ ...described, variables }));
}
