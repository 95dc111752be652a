import { locatorKey } from "../core/resource.ts";
import { notApproved } from "./approvals.ts";
import { recordedSpec } from "./apply-services.ts";
import type { Context } from "./context.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import type { KnownService } from "./service-spec.ts";
import { readState } from "./state-store.ts";

/**
 * How to stop a service of a plugin that was changed since it was approved: as was recorded when it was started, for what its
 * description says now nobody has allowed.
 * @throws AtkError E_APPROVAL when atk has not started it here
 */
export async function stopAsStarted(plugin: GoodPlugin, context: Context): Promise<KnownService> {
  const { name } = plugin.entry;
  const { resources } = await readState(context.host.files, context.workspace);
  const known = resources[locatorKey({ kind: "service", id: name })]?.service;
  if (known === undefined) throw notApproved(plugin);
  return { spec: recordedSpec(name, known, context), checks: [] };
}
