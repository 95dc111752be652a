import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { createContext } from "./context.ts";
import { rememberLaunches } from "./launch/remember-launches.ts";
import { chooseSpecs, loadServers } from "./server-specs.ts";
import { startServer, type Stage } from "./start-server.ts";
import { findWorkspace } from "./workspace.ts";

export interface RunServerSession extends Stage {
  readonly host: Host;
  readonly global: boolean;
}

/**
 * Finds a server by its id, or the first one of a plugin by its name, and becomes it; gives its exit code. Remembers what it found:
 * see launch/launch.ts for the short way.
 * @throws AtkError E_PLUGIN_NOT_FOUND, E_ENV naming what has no value, E_PROGRAM.
 */
export async function runServer(id: string, session: RunServerSession): Promise<number> {
  const { host } = session;
  const workspace = await findWorkspace(host, { global: session.global });
  const context = await createContext(host, workspace, () => undefined);
  const loaded = await loadServers(context);
  const specs = await chooseSpecs([id], loaded, context);
  const spec = specs.find((each) => "server" in each && each.server.id === id) ?? specs[0];
  if (spec === undefined) throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no server '${id}'`);
  if ("fault" in spec) throw spec.fault;
  if (spec.missing.length > 0) {
    throw new AtkError("E_ENV", `${id} needs ${spec.missing.join(", ")}`, { hint: spec.hint });
  }
  // While it starts. Nothing that goes wrong with it may disturb the server.
  const remembered = rememberLaunches(loaded, context).catch(() => undefined);
  const [code] = await Promise.all([startServer(spec, session), remembered]);
  return code;
}
