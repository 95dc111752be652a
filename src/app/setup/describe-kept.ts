import { keptBy } from "../../manifest/kept-value.ts";
import type { ManifestValue } from "../../manifest/manifest.ts";
import { describeReference } from "../../secrets/reference.ts";
import type { Context } from "../context.ts";

export interface KeptPlace {
  /** "the secret NAME", "the variable NAME", "the command op". */
  readonly what: string;
  /** Whether a value can be expected there; nothing is looked up for it. */
  readonly isThere: boolean;
}

/** Where a value of the manifest that is not written there in clear is kept. */
export async function describeKept(value: Exclude<ManifestValue, string>, context: Context): Promise<KeptPlace> {
  const what = describeReference(value);
  if ("env" in value) return { what, isThere: Boolean(context.host.machine.env[value.env]) };
  const kept = keptBy(value);
  const { isThere } = await import("../secrets.ts");
  return { what, isThere: kept === undefined || (await isThere(kept, context)) };
}
