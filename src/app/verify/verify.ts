import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { refuseUnknownNames } from "../names.ts";
import { readState } from "../state-store.ts";
import { verifyBesideLock } from "./verify-beside-lock.ts";
import { verifyClients } from "./verify-clients.ts";
import { verifyPlugins } from "./verify-plugins.ts";
import { verifyPrograms } from "./verify-programs.ts";
import { joinFindings, type Findings, type VerifyPart } from "./report.ts";

export interface VerifyReport {
  readonly manifest: string;
  /** Files and entries that were compared. */
  readonly compared: number;
  readonly mismatches: Findings["mismatches"];
  readonly unchecked: Findings["unchecked"];
}

/**
 * Compares kept content, installed servers, the files beside the lock, plugin folders and agents' entries with the lock, every byte of them. Writes nothing, uses no network.
 * `more`: further parts, such as recorded tools.
 * @throws AtkError E_PLUGIN_NOT_FOUND for unknown names.
 */
export async function verify(
  names: readonly string[],
  context: Context,
  more: readonly VerifyPart[] = [],
): Promise<VerifyReport> {
  const offline = { ...context, offline: true };
  const [inputs, state] = await Promise.all([readInputs(offline), readState(context.host.files, context.workspace)]);
  refuseUnknownNames(names, inputs.manifest, state);
  const parts: readonly VerifyPart[] = [verifyPlugins, verifyPrograms, verifyBesideLock, verifyClients, ...more];
  const found = joinFindings(await Promise.all(parts.map((part) => part(names, offline))));
  return { manifest: context.workspace.manifestFile, ...found, mismatches: withoutEchoes(found.mismatches) };
}

/** A plugin whose content is damaged cannot be compiled either; that is said once. */
function withoutEchoes(all: Findings["mismatches"]): Findings["mismatches"] {
  const damaged = new Set(all.filter(({ part }) => part === "store" || part === "vendor").map(({ owner }) => owner));
  return all.filter(
    ({ part, owner, differences }) => part !== "client" || differences.length > 0 || !damaged.has(owner),
  );
}
