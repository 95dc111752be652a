import { AtkError } from "../core/errors.ts";
import type { Remark } from "../kinds/scene.ts";
import type { Isolation } from "../services/isolation/isolation.ts";
import type { Sandbox } from "../services/isolation/sandbox.ts";
import type { Context } from "./context.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { isolationFor } from "./plugin-isolation.ts";

/**
 * What of a plugin's isolation does not work on this machine. Starts `true` in each way that there is, once in a run.
 * @throws AtkError E_ENV when the isolation is required
 */
export async function isolationNotices(plugin: GoodPlugin, context: Context): Promise<readonly Remark[]> {
  const wish = isolationFor(plugin);
  if (wish === undefined || !runsSomething(plugin)) return [];
  const [{ machineIsolation }, { isolate }] = await Promise.all([
    import("../services/isolation/machine-isolation.ts"),
    import("../services/isolation/isolate.ts"),
  ]);
  const { entry, directory } = plugin;
  const machine = await machineIsolation(context.host);
  const command = { command: "true", args: [], cwd: directory, env: {} };
  const { notEnforced } = isolate(command, wish, { machine, sandbox: nothingSeen(directory), manner: "script" });
  if (notEnforced.length === 0) return [];
  if (wish.required) await refuse(wish, { name: entry.name, notEnforced }, context);
  const message = `${entry.name} is not kept apart as it should be on this machine: ${notEnforced.join("; ")}`;
  const fix = machine.shortcomings.find(({ about }) => notEnforced[0]?.startsWith(`${about}:`))?.fix;
  return [{ owner: entry.name, message, ...(fix === undefined ? {} : { hint: fix }) }];
}

/** What isolation is for: lifecycle commands, and services that atk itself runs. */
function runsSomething({ definition }: GoodPlugin): boolean {
  const { lifecycle, service } = definition.plugin;
  return Object.keys(lifecycle).length > 0 || service?.type === "process";
}

interface Lacking {
  readonly name: string;
  readonly notEnforced: readonly string[];
}

async function refuse(wish: Isolation, { name, notEnforced }: Lacking, { host }: Context): Promise<void> {
  const [{ machineIsolation }, { refuseBelow, refuseUnenforced }] = await Promise.all([
    import("../services/isolation/machine-isolation.ts"),
    import("../services/isolation/refuse-below.ts"),
  ]);
  const machine = await machineIsolation(host);
  try {
    refuseBelow(wish.level, machine);
    refuseUnenforced(notEnforced, machine);
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    throw new AtkError(error.code, `${name}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

/** The walls are the same whatever is behind them. */
function nothingSeen(plugin: string): Sandbox {
  return { plugin, shown: [], writable: [], links: [], masked: [], sealed: [] };
}
