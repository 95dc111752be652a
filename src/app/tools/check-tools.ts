import type { AtkError } from "../../core/errors.ts";
import type { Policy, PolicyWord } from "../../manifest/manifest.ts";
import { compareOffers, isApproved, type ToolChange } from "../../tools/compare-offers.ts";
import { findHidden, type Finding, type KnownTools } from "../../tools/find-hidden.ts";
import type { Offer } from "../../tools/offer.ts";
import type { ToolRecord } from "../../tools/record-text.ts";

/** What was found out about one server's tools. */
export interface ToolCheck {
  readonly recorded: boolean;
  /** Against what was recorded; empty when nothing was. */
  readonly changes: readonly ToolChange[];
  readonly findings: readonly Finding[];
  /** What policy says to each: `deny` only where there is something to refuse. */
  readonly changesAre: PolicyWord;
  readonly findingsAre: PolicyWord;
  /** The record cannot be used (E_INTEGRITY). */
  readonly fault?: AtkError;
}

export interface CheckRequest {
  readonly server: string;
  readonly offer: Offer;
  readonly record: ToolRecord | AtkError | undefined;
  readonly known: KnownTools;
  readonly policy: Policy;
}

/** Compares what a server says with what was recorded of it, and looks for hidden instructions. Pure. */
export function checkTools({ server, offer, record, known, policy }: CheckRequest): ToolCheck {
  const isRecord = record !== undefined && "offer" in record;
  const changes = isRecord ? compareOffers(record.offer, offer) : [];
  const findings = policy.hiddenInstructions === "allow" ? [] : findHidden(server, offer, known);
  return {
    recorded: record !== undefined,
    changes,
    findings,
    changesAre: changes.some(isApproved) ? policy.toolsChanged : "allow",
    findingsAre: findings.length > 0 ? policy.hiddenInstructions : "allow",
    ...(record === undefined || isRecord ? {} : { fault: record }),
  };
}

/** Whether policy refuses the server as it is. */
export function isRefused({ changesAre, findingsAre, fault }: ToolCheck): boolean {
  return changesAre === "deny" || findingsAre === "deny" || fault !== undefined;
}
