import type { Problem } from "../core/errors.ts";
import type { ServicePort } from "../services/service.ts";
import type { Context } from "./context.ts";
import type { GoodPlugin } from "./plugin-env.ts";

/** That a port is taken: by whom, and a free one with the edit that takes it. */
export async function describeHolder(
  { entry, definition }: GoodPlugin,
  port: ServicePort,
  { host }: Context,
): Promise<Problem> {
  const [{ holderOf, showHolder }, { ephemeralRange, freePort }] = await Promise.all([
    import("../services/ports/port-holder.ts"),
    import("../services/ports/free-port.ts"),
  ]);
  const holder = await holderOf(port.port, host);
  const who = holder === undefined ? "another program" : showHolder(holder);
  const free = await freePort(port.port + 1, new Set(), { ephemeral: await ephemeralRange(host) }).catch(
    () => undefined,
  );
  const label = port.name ?? `"${port.declared}"`;
  const about = definition.plugin.ports.find((each) => each.port === port.declared)?.description ?? port.name;
  const named = about === undefined ? "" : ` (${about})`;
  const edit =
    free === undefined ? "" : `, or give ${entry.name} another one in atk.yaml: ports: { ${label}: ${free} }`;
  return {
    message: `port ${port.port}${named} of ${entry.name} is in use by ${who}`,
    hint: `stop what listens there${edit}`,
  };
}
