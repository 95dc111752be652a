import type { LogOptions } from "../services/service.ts";
import { refuseUnapproved } from "./approvals.ts";
import type { Context } from "./context.ts";
import { findServices } from "./find-services.ts";
import { driverOf } from "./service-drivers.ts";
import { hideIn, secretValues } from "./service-output.ts";
import { serviceOf } from "./service-spec.ts";

/** Hands on what a service has written, its secrets hidden. @throws AtkError E_SERVICE, E_PLUGIN_NOT_FOUND, E_APPROVAL for a command of its own */
export async function serviceLogs(
  name: string,
  { write, ...options }: LogOptions & { readonly write: (text: string) => void },
  context: Context,
): Promise<void> {
  const [plugin] = await findServices({ names: [name], all: false }, context);
  if (plugin === undefined) return;
  const { spec } = await serviceOf(plugin, context);
  if (spec.commands.logs !== undefined) refuseUnapproved([plugin]);
  const driver = await driverOf(spec, context);
  const hidden = hideIn(secretValues(plugin, spec), write);
  await driver.logs(spec, context.host, options, hidden.talk).finally(() => hidden.end());
}
